"""What is known of a page once it is read."""

from dataclasses import dataclass
from enum import StrEnum

from monitor.sources.base import Dated


class Doubt(StrEnum):
    """Why a page may not be one whole article."""

    # It lists articles: a front page, a section, a search.
    LISTING = "listing"
    # It asks who reads before it shows anything.
    LOGIN = "login"
    # The beginning alone is there; the rest is sold.
    PAYWALL = "paywall"
    # It says "not found", under a status that says "found".
    NOT_FOUND = "not-found"
    # It grows: posts are added while something happens.
    LIVE = "live"
    # A few words beside pictures or a film.
    THIN = "thin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """A quick look: nothing of the text is missing, menus may remain."""

    title: str
    text: str
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractedArticle:
    """An article as its page tells it; empty, or None, where the page does not say.

    `text` has its paragraphs parted by blank lines. Text and dates are never invented.
    """

    title: str
    text: str
    author: str = ""
    section: str = ""
    published: Dated | None = None
    modified: Dated | None = None
    language: str = ""
    image: str = ""
    # The address the page gives itself, when it is of the same registrable domain.
    canonical: str = ""
    doubts: tuple[Doubt, ...] = ()

    @property
    def is_article(self) -> bool:
        """Whether nothing says that this is another kind of page."""
        return not set(self.doubts) & {Doubt.LISTING, Doubt.LOGIN, Doubt.NOT_FOUND}

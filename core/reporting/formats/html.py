"""HTML: one page that stands alone, for a browser, a printer or a mail."""

from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from core.i18n import Words
from core.reporting.charts import svg
from core.reporting.document import Document
from core.reporting.layout import lay_out
from core.reporting.report import Chart, Report
from core.resources import folder


class Format:
    name: ClassVar[str] = "html"
    suffix: ClassVar[str] = "html"
    media_type: ClassVar[str] = "text/html; charset=utf-8"

    def write(self, report: Report, spoken: Sequence[Words]) -> bytes:
        page = render(lay_out(report, spoken))
        # Half a pair of UTF-16 has no bytes in UTF-8.
        return page.encode("utf-8", "xmlcharrefreplace")


def render(document: Document, *, template: str = "report.html") -> str:
    """The document as a page; with *template* "blocks.html" only what stands in one."""
    return _rendered(document, template, _drawing(document))


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Where the links of a mail's reader lead."""

    read: str
    preferences: str
    unsubscribe: str
    # The page that says what is kept of people; empty for none.
    privacy: str = ""
    # The number at the foot of each mail of the office; empty for none.
    declaration: str = ""


def mail(document: Document, doors: Doors, *, is_cut: bool = False) -> str:
    """For mail programs, which show no drawn picture: its words and numbers stay."""
    page = _rendered(document, "mail.html", None, doors=doors, is_cut=is_cut)
    return css_inline.inline(page, keep_style_tags=False)


def _rendered(
    document: Document,
    template: str,
    draw: Callable[[Chart], str] | None,
    **values: object,
) -> str:
    environment = _templates(document.spoken[0])
    return environment.get_template(template).render(
        document=document, draw=draw, **values
    )


@cache
def _templates(words: Words) -> Environment:
    """One for each language: to read the templates again takes longer than to fill them."""
    environment = Environment(
        loader=FileSystemLoader(folder("templates") / "report"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        words.gettext, words.ngettext, newstyle=True
    )
    return environment


def _drawing(document: Document) -> Callable[[Chart], str]:
    """A picture as an address of its own: its styles are then no styles of the page."""

    def draw(chart: Chart) -> str:
        drawn = svg(chart, document.spoken, zone=document.zone)
        return f"data:image/svg+xml;base64,{b64encode(drawn).decode()}"

    return draw

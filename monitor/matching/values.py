"""What matching takes and what it gives: releases, articles, labels, reasons, passages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Label(StrEnum):
    """How an article stands to a release, strongest first."""

    REPRINT = "reprint"
    PARTIAL = "partial"
    REWRITE = "rewrite"
    MENTION = "mention"
    UNRELATED = "unrelated"

    @property
    def covers(self) -> bool:
        return self is not Label.UNRELATED

    @property
    def strength(self) -> int:
        """4 for a reprint down to 0 for unrelated."""
        return len(Label) - 1 - list(Label).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionText:
    """One language of a release, cut into what is news and what is always there."""

    language: str
    title: str
    paragraphs: Sequence[str]
    kicker: str = ""
    dateline: str = ""
    boilerplate: str = ""
    contact: str = ""

    @property
    def text(self) -> str:
        """Title and paragraphs, an empty line apart: offsets of passages count in it."""
        return "\n\n".join([self.title, *self.paragraphs])


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """From where on the signs decide. Each is a setting; docs/matching.md has its evidence."""

    # Share of the article's words that make a reprint.
    reprint_share: float = 0.6
    # Words of a release that stand in no other and make a passage evidence.
    own_words: int = 7
    # Belief, 0 to 1, from which the event is taken for the release's.
    belief: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseText:
    """A release as matching sees it. `versions` is keyed by language code.

    From `event_days` on it is the release's profile, in any of its languages: what is empty
    is found in the text, what is given is believed.
    """

    id: str
    issuer: str
    versions: Mapping[str, VersionText]
    # When it was sent: what appeared before cannot cover it, unless it is a leak.
    published_at: datetime | None = None
    embargo_at: datetime | None = None
    # From when it can have leaked; when it was sent, where that is not known apart.
    known_at: datetime | None = None
    event_days: Sequence[date] = ()
    # Of the issuer and its services, with their acronyms: they weigh nothing as text.
    official_names: Sequence[str] = ()
    # What the event is called.
    event_names: Sequence[str] = ()
    people: Sequence[str] = ()
    places: Sequence[str] = ()
    figures: Sequence[int] = ()
    # What stands in the text and is no sign of the event, as a person said.
    ignored: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleText:
    """An article as matching sees it; the language is guessed when it is empty."""

    id: str
    title: str
    body: str
    language: str = ""
    published_at: datetime | None = None
    outlet: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Text that stands in both.

    Code points in the article's body and in the version's `VersionText.text`.
    """

    start: int
    end: int
    language: str
    release_start: int
    release_end: int


class ReasonCode(StrEnum):
    SHARE_OF_ARTICLE = "share-of-article"
    SHARE_OF_RELEASE = "share-of-release"
    LONGEST_RUN = "longest-run"
    NAMES_DAY = "names-day"
    NAMES_TITLE = "names-title"
    NAMES = "names"
    FIGURES = "figures"
    IN_TIME = "in-time"
    ONLY_STANDING_TEXT = "only-standing-text"
    BEFORE_RELEASE = "before-release"
    TOO_LITTLE = "too-little"
    LESSON = "lesson"


_ENGLISH = {
    ReasonCode.SHARE_OF_ARTICLE: "{percent} % of the article is the release's text",
    ReasonCode.SHARE_OF_RELEASE: "{percent} % of the release is in the article",
    ReasonCode.LONGEST_RUN: "the longest passage has {words} words",
    ReasonCode.NAMES_DAY: "names the time of the event ({days})",
    ReasonCode.NAMES_TITLE: "uses the words of the title: {words}",
    ReasonCode.NAMES: "names {names}",
    ReasonCode.FIGURES: "gives the same figures: {figures}",
    ReasonCode.IN_TIME: "appeared {days} days after the release",
    ReasonCode.ONLY_STANDING_TEXT: "shares only standing text or official names",
    ReasonCode.BEFORE_RELEASE: "appeared before the release was sent",
    ReasonCode.TOO_LITTLE: "refers to too little of what this release announces",
    ReasonCode.LESSON: "{count} similar proposals were rejected ({rejection}), {confirmed} "
    "confirmed: lowered by {percent} %",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why, as a code and its fields, so that a screen can say it in its language."""

    code: ReasonCode
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def english(self) -> str:
        return _ENGLISH[self.code].format(**self.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """How one article stands to one release. The score (0 to 1) ranks releases."""

    article_id: str
    release_id: str
    label: Label
    score: float
    reasons: Sequence[Reason] = ()
    passages: Sequence[Passage] = ()
    # What it rests on, by name and about 0 to 1 each: lessons compare these.
    signs: Mapping[str, float] = field(default_factory=dict)
    before_embargo: bool = False
    # What lessons took from the score.
    lowered: float = 0.0

"""Text: what one language's letter says, as rows and settings gave it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.text.normalise import fold
from core.values import Language, ReleaseKind
from distributor.channels.base import File
from distributor.releases.kinds import KINDS
from distributor.states import Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """The release that this one corrects, cancels or reminds of."""

    number: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PressContact:
    name: str = ""
    phone: str = ""
    email: str = ""

    def __bool__(self) -> bool:
        return bool(self.name or self.phone or self.email)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that the body shows by its file's name."""

    file: File
    alternative: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What stands around the words of one language's letter: its heads and its files."""

    language: Language
    subject: str
    purpose: Purpose
    # What kind of mail it is, for servers that count complaints.
    kind: str
    # The moment and the zone of the dispatch: what Date says.
    due_at: datetime
    zone: str
    # Names the dispatch and the list to mail servers and to readers' filters.
    dispatch: str
    list_id: str
    list_name: str = ""
    files: Sequence[File] = ()
    pictures: Sequence[Picture] = ()
    # Nobody wrote it: an alert of the office's own machine.
    automatic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    number: str
    language: Language
    title: str
    # Markdown.
    body: str
    kind: ReleaseKind = ReleaseKind.COMMUNIQUE
    purpose: Purpose = Purpose.RELEASE
    # The moment and the zone of the dispatch: what Date says.
    due_at: datetime
    zone: str
    # Names the dispatch and the list to mail servers and to readers' filters.
    dispatch: str
    list_id: str
    list_name: str = ""
    # Wall times, in the release's own zone.
    release_zone: str = ""
    event_wall: datetime | None = None
    embargo_wall: datetime | None = None
    place: str = ""
    signatory: str = ""
    press_contact: PressContact = PressContact()
    parent: Parent | None = None
    files: Sequence[File] = ()
    pictures: Sequence[Picture] = ()
    # Names of files that are too large to travel.
    left_behind: Sequence[str] = ()
    # Nobody wrote it: an alert of the office's own machine.
    automatic: bool = False

    @property
    def cover(self) -> Cover:
        return Cover(
            language=self.language,
            subject=self.subject,
            purpose=self.purpose,
            kind=self.kind,
            due_at=self.due_at,
            zone=self.zone,
            dispatch=self.dispatch,
            list_id=self.list_id,
            list_name=self.list_name,
            files=self.files,
            pictures=self.pictures,
            automatic=self.automatic,
        )

    @property
    def kicker(self) -> str:
        """What it is, in a word or two; a dispatch that reminds is a reminder."""
        kind = self.kind
        if self.purpose is Purpose.REMINDER:
            kind = ReleaseKind.REMINDER
        return KINDS[kind].kicker(self.language)

    @property
    def shown_kicker(self) -> str:
        """The kicker, unless the body begins with words of its own for it."""
        first = _folded(self.body.strip().partition("\n")[0])
        known = _folded(self.kicker), _folded(KINDS[self.kind].kicker(self.language))
        return (
            "" if first and any(one.startswith(first) for one in known) else self.kicker
        )

    @property
    def subject(self) -> str:
        """The title, led by the kicker where nobody may take it for an earlier release."""
        reminds = self.purpose is Purpose.REMINDER
        said = _folded(self.kicker) in _folded(self.title)
        if said or not (reminds or KINDS[self.kind].in_subject):
            return self.title
        colon = " : " if self.language is Language.FRENCH else ": "
        return f"{self.kicker}{colon}{self.title}"


def _folded(line: str) -> str:
    return " ".join(fold(word) for word in line.split())

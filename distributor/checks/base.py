"""What a pre-flight check is given, and what it answers.

A check looks at a *case*, which holds plain values, and yields *findings*. A red finding
blocks and cannot be waived; an amber one needs a person's reason. A file of this folder
offers one class named `Check`, whose `levels` names every check of its family.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Final, Protocol

from core.i18n import Words
from core.values import ReleaseKind
from core.zones import ZoneRules

_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")


class Level(StrEnum):
    RED = "red"
    AMBER = "amber"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault: *what* it is, its *mend*, and *to* what: a field, a language, `fr:12`.

    Both sentences are English msgids with {placeholders} for `values`. These are plain
    strings: a date is ISO, a language is its code under a name that ends in `language`,
    and a word that differs by language stands under `name@fr`.
    """

    check: str
    level: Level
    what: str
    mend: str
    to: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    def said(self, words: Words) -> tuple[str, str]:
        """What and mend, as sentences in one language."""
        spoken = _spoken(self.values, words)
        return (
            words.gettext(self.what).format(**spoken),
            words.gettext(self.mend).format(**spoken),
        )

    def row(self) -> dict[str, str]:
        """Plain strings for a row; `from_row` reads them back."""
        return {
            "check": self.check,
            "level": self.level.value,
            "what": self.what,
            "mend": self.mend,
            "to": self.to,
            "values": json.dumps(dict(self.values), ensure_ascii=False, sort_keys=True),
        }

    @classmethod
    def from_row(cls, row: Mapping[str, str]) -> "Finding":
        return cls(
            check=row["check"],
            level=Level(row["level"]),
            what=row["what"],
            mend=row["mend"],
            to=row["to"],
            values=json.loads(row["values"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionText:
    """One language's title and body, which is Markdown."""

    language: str
    title: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedFile:
    """A file that goes with one language's version, or with all when that is empty."""

    name: str
    role: str
    language: str
    media_type: str
    size: int
    alternative: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """When the dispatch is to leave: its wall time and zone, and the moment they mean."""

    wall: datetime
    zone: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Whom the dispatch reaches: how many by language, and how many not, by reason."""

    recipients: Mapping[str, int]
    left_out: Mapping[str, int] = field(default_factory=dict)
    # How many the list usually reaches; None when it was never mailed.
    usual: int | None = None
    # When the list was mailed last, or will be, before this dispatch.
    mailed_at: datetime | None = None
    # How many more its channel may send on that day; None where it has no quota.
    left_that_day: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderDomain:
    """The texts that the sender's domain publishes; None where no answer came."""

    name: str
    spf: Sequence[str] | None
    dmarc: Sequence[str] | None
    # The key our channel signs with, and for which domain; empty when it does not sign.
    selector: str = ""
    signing: str = ""
    dkim: Sequence[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything a check may look at. What is not known yet is None."""

    kind: ReleaseKind
    number: str
    zone: str
    now: datetime
    zone_rules: ZoneRules
    organisation: str = ""
    signatory: str = ""
    place: str = ""
    press_contact: str = ""
    press_phone: str = ""
    press_email: str = ""
    # The number of the release it corrects, cancels or reminds of.
    parent: str = ""
    embargo_wall: datetime | None = None
    embargo_at: datetime | None = None
    event_wall: datetime | None = None
    event_at: datetime | None = None
    versions: Sequence[VersionText] = ()
    attachments: Sequence[AttachedFile] = ()
    channel: str = ""
    purpose: str = "release"
    mode: str = "immediate"
    hour: Hour | None = None
    reach: Reach | None = None
    # Bytes of one language's mail body.
    sizes: Mapping[str, int] = field(default_factory=dict)
    domain: SenderDomain | None = None
    same_list_hours: int = 4
    # Whether these very words were mailed to the office to be read.
    is_tested: bool | None = None

    @property
    def near(self) -> datetime:
        """The wall time a date without a year is meant near: the event's, the plan's, now."""
        named = self.event_wall or (self.hour.wall if self.hour else None)
        return named or self.now


class Check(Protocol):
    """A family of checks. `name` is its file's; `levels` has each check and its level."""

    name: ClassVar[str]
    levels: ClassVar[Mapping[str, Level]]

    def examine(self, case: Case) -> Iterator[Finding]:
        """Yield what is wrong, in the order of the text. Never raises."""
        ...


def _spoken(values: Mapping[str, str], words: Words) -> dict[str, str]:
    spoken = {name: value for name, value in values.items() if "@" not in name}
    for name, value in spoken.items():
        if _DATE.fullmatch(value):
            spoken[name] = words.date(date.fromisoformat(value))
        elif name.endswith("language"):
            spoken[name] = words.locale.languages.get(value, value)
    own = f"@{words.language}"
    spoken.update(
        (name.removesuffix(own), value)
        for name, value in values.items()
        if name.endswith(own)
    )
    return spoken

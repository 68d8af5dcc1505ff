"""Plain values that both halves and their deciding modules name."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final


class Language(StrEnum):
    """Languages of a release and of a contact. Screens are written in fewer: `SCREENS`."""

    FRENCH = "fr"
    ARABIC = "ar"
    ENGLISH = "en"
    # Standard Moroccan Amazigh, in Tifinagh, which runs from left to right.
    AMAZIGH = "zgh"

    @property
    def direction(self) -> str:
        return "rtl" if self is Language.ARABIC else "ltr"


# Languages with a catalogue of fixed words: those of screens, reports and commands.
SCREENS: Final = (Language.FRENCH, Language.ARABIC, Language.ENGLISH)


class Role(StrEnum):
    """What an account may do. Each role is written out in `core.accounts`."""

    WRITER = "writer"
    VALIDATOR = "validator"
    WATCHER = "watcher"
    ADMINISTRATOR = "administrator"
    READER = "reader"


class ReleaseKind(StrEnum):
    COMMUNIQUE = "communique"
    INVITATION = "invitation"
    REMINDER = "reminder"
    ADVISORY = "advisory"
    PRESS_KIT = "press-kit"
    POST_EVENT = "post-event"
    CORRECTION = "correction"
    CANCELLATION = "cancellation"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseWindow:
    """From when to when a release is news: polling is brisk and look-back is wide."""

    release_id: int
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactName:
    """A contact as by-lines are compared with it: names in any script, outlets now and before."""

    contact_id: int
    name: str
    # The present one first, empty when it is not known; then the earlier ones.
    outlets: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Silent:
    """The contacts who have a release and neither wrote nor were printed: whom to remind."""

    contact_ids: frozenset[int]

"""What each kind of release is called above its title, and what it must say.

Messages read the kicker, the import asks for the parent, and the checks for the rest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core.values import Language, ReleaseKind


class Need(StrEnum):
    """What a kind cannot do without."""

    EVENT = "event"
    PLACE = "place"
    SIGNATORY = "signatory"
    # The signed, stamped PDF: an attachment of the role "signed".
    SIGNED = "signed"
    # The release it corrects, cancels or reminds of.
    PARENT = "parent"
    # A name, and a telephone number or an address.
    PRESS_CONTACT = "press-contact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    kickers: Mapping[Language, str]
    needs: frozenset[Need]
    # The kicker stands in the subject too: nobody may take it for the release before.
    in_subject: bool = False

    def kicker(self, language: Language) -> str:
        """The words above the title. Amazigh has the French ones until an office gives its own."""
        return self.kickers.get(language) or self.kickers[Language.FRENCH]


def _kickers(french: str, arabic: str, english: str) -> Mapping[Language, str]:
    return {
        Language.FRENCH: french,
        Language.ARABIC: arabic,
        Language.ENGLISH: english,
    }


KINDS: Final[Mapping[ReleaseKind, Kind]] = {
    # Without its stamp, the national agency does not take a ministry's communiqué.
    ReleaseKind.COMMUNIQUE: Kind(
        kickers=_kickers("COMMUNIQUÉ DE PRESSE", "بلاغ صحفي", "PRESS RELEASE"),
        needs=frozenset({Need.SIGNATORY, Need.SIGNED, Need.PRESS_CONTACT}),
    ),
    ReleaseKind.INVITATION: Kind(
        kickers=_kickers("INVITATION PRESSE", "دعوة صحفية", "PRESS INVITATION"),
        needs=frozenset({Need.EVENT, Need.PLACE, Need.PRESS_CONTACT}),
    ),
    ReleaseKind.REMINDER: Kind(
        kickers=_kickers("RAPPEL", "تذكير", "REMINDER"),
        needs=frozenset({Need.PARENT, Need.EVENT, Need.PLACE, Need.PRESS_CONTACT}),
        in_subject=True,
    ),
    # Several appointments on one sheet: it has no event of its own.
    ReleaseKind.ADVISORY: Kind(
        kickers=_kickers(
            "NOTE AUX RÉDACTIONS", "إخبار إلى هيئات التحرير", "MEDIA ADVISORY"
        ),
        needs=frozenset({Need.PRESS_CONTACT}),
    ),
    ReleaseKind.PRESS_KIT: Kind(
        kickers=_kickers("DOSSIER DE PRESSE", "ملف صحفي", "PRESS KIT"),
        needs=frozenset({Need.PRESS_CONTACT}),
    ),
    ReleaseKind.POST_EVENT: Kind(
        kickers=_kickers("COMMUNIQUÉ DE PRESSE", "بلاغ صحفي", "PRESS RELEASE"),
        needs=frozenset(
            {Need.EVENT, Need.PLACE, Need.SIGNATORY, Need.SIGNED, Need.PRESS_CONTACT}
        ),
    ),
    ReleaseKind.CORRECTION: Kind(
        kickers=_kickers("RECTIFICATIF", "بيان توضيحي", "CORRECTION"),
        needs=frozenset({Need.PARENT, Need.SIGNATORY, Need.SIGNED, Need.PRESS_CONTACT}),
        in_subject=True,
    ),
    ReleaseKind.CANCELLATION: Kind(
        kickers=_kickers("ANNULATION", "إلغاء", "CANCELLATION"),
        needs=frozenset({Need.PARENT, Need.SIGNATORY, Need.PRESS_CONTACT}),
        in_subject=True,
    ),
}

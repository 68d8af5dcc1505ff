"""In which languages a report is written: one, or French and Arabic side by side."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from core.i18n import Words, words
from core.values import Language


class Layout(StrEnum):
    FRENCH = "fr"
    ARABIC = "ar"
    ENGLISH = "en"
    BILINGUAL = "bilingual"


_BOTH: Final = (Language.FRENCH, Language.ARABIC)


def spoken(layout: str, own: str) -> Sequence[Words]:
    """The languages of a `Layout`; empty is *own*, the office's, which also comes first."""
    if layout == Layout.BILINGUAL:
        return [words(one) for one in sorted(_BOTH, key=lambda one: one != own)]
    return [words(Language(layout or own))]

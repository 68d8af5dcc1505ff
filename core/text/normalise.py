"""One folding of words for French, Arabic and English: what is the same word.

Case, accents, ligatures, presentation forms and marks disappear; alef and hamza forms,
alef maqsura and ya, ta marbuta and ha fall together; digits are ASCII. Searching, matching
and watches all fold here, so that they never disagree about what is equal.
"""

import unicodedata
from functools import lru_cache
from typing import Final

TATWEEL: Final = "\u0640"

# Letters that NFKD leaves apart. The Persian forms come from keyboards and PDFs.
_LETTERS: Final = str.maketrans(
    {
        "ى": "ي",
        "ی": "ي",
        "ې": "ي",
        "ک": "ك",
        "ة": "ه",
        "ہ": "ه",
        "ھ": "ه",
        "ە": "ه",
        "ٱ": "ا",
        "œ": "oe",
        "æ": "ae",
        "ß": "ss",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "ı": "i",
        "þ": "th",
        TATWEEL: None,
    }
)


def fold(word: str) -> str:
    """Fold one word. Signs inside it (soft hyphens, marks, apostrophes) disappear.

    Folding twice changes nothing; the result holds letters and digits only and may be
    empty.
    """
    if word.isascii() and word.isalnum():
        return word.lower()
    return _fold(word)


@lru_cache(maxsize=65_536)
def _fold(word: str) -> str:
    # Folding case can bring back marks and compatibility forms (U+0130, U+1E9E), so the
    # decomposition runs on both sides of it.
    lowered = unicodedata.normalize("NFKD", word).casefold()
    plain = unicodedata.normalize("NFKD", lowered.translate(_LETTERS))
    return "".join(_digit(sign) for sign in plain if sign.isalnum())


def _digit(sign: str) -> str:
    if sign.isascii() or sign.isalpha():
        return sign
    value = unicodedata.digit(sign, None)
    return sign if value is None else str(value)

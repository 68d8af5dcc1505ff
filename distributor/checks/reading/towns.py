"""Towns and countries a version names, each by one key for every script.

Many are also common words or parts of names (الجديدة is El Jadida and "the new", مالي is
Mali and "financial"). These may excuse another version, but never accuse it.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

from core.text.places import place_of
from core.text.tokens import tokens
from core.text.tokens import words as folded
from distributor.checks.reading.plain import without_addresses

_DOUBTFUL: Final = """
sale safi tata mali niger oran jordan constantine lyon rome tan beni sidi moulay kelaa
fquih smara sousse milan gabon chine inde martil souss
الجديدة مالي الداخلة العيون البيضاء عمان سليمان قاسم بنور سلا بني سيدي مولاي يعقوب الحاجب
الفنيدق الفقيه المضيق الهند الصين طاطا سوس النواصر وزان طان تازة قسنطينة الجزائر السراغنة
جرادة مصر ليون الأردن تونس ملال غزة آسفي
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Towns:
    """Keys of places: those surely named, and those that may be."""

    sure: frozenset[str]
    perhaps: frozenset[str]


def towns(text: str) -> Towns:
    plain = without_addresses(text)
    found = tokens(plain)
    sure: set[str] = set()
    perhaps: set[str] = set()
    before = ""
    for word, start in zip(found.words, found.starts, strict=True):
        key = place_of(word)
        if key:
            perhaps.add(key)
        # Two words of one town are no white house: الدار البيضاء.
        if key and (key == before or _is_sure(word, key, plain[start])):
            sure.add(key)
        before = key
    return Towns(sure=frozenset(sure), perhaps=frozenset(perhaps))


def _is_sure(word: str, key: str, sign: str) -> bool:
    if word.isascii():
        return sign.isupper() and key not in _doubtful(arabic=False)
    return key not in _doubtful(arabic=True)


@cache
def _doubtful(*, arabic: bool) -> frozenset[str]:
    return frozenset(
        place_of(word) for word in folded(_DOUBTFUL) if word.isascii() is not arabic
    )

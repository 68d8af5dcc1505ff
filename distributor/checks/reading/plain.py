"""A text with the same length in which only what a check reads is left.

Offsets stay those of the text as it was written, so that a finding can name its line.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

_ADDRESSES: Final = re.compile(
    r"(?:https?://|www\.|mailto:)[^\s<>)\]]+|(?<![\w.+-])[\w.+-]{1,64}+@[\w-]{1,63}+(?:\.[\w-]{1,63}+){1,8}"
)
_MARKED: Final = re.compile(
    r"(?:t[ée]l(?:[ée]phone|ephone)?|phone|fax|gsm|mobile|whatsapp|الهاتف|هاتف|الفاكس|فاكس|المحمول|النقال)"
    r"[^\d\n+(]{0,12}(?P<number>[+(]?\d[\d ().+/-]*\d)",
    re.IGNORECASE,
)
# Pairs of digits as telephones are written; a great number comes in groups of three.
_PAIRS: Final = re.compile(
    r"(?<!\d)(?:\+|00|\(\+?)?\d{1,3}\)?(?:[ .-]\d)?(?:[ .-]\d{2}){4,5}(?:[ ]?\(\+?\d{3}\))?(?!\d)"
)
_LONG: Final = re.compile(r"(?:\+|(?<!\d)0)\d{8,}")
_SPACES: Final = str.maketrans(dict.fromkeys("\u00a0\u202f\u2009\u2007", " "))


def digits(text: str) -> str:
    """The text with ASCII digits and common spaces, sign for sign."""
    spaced = text.translate(_SPACES)
    if spaced.isascii():
        return spaced
    return "".join(_digit(sign) for sign in spaced)


def without_addresses(text: str) -> str:
    """Digits as ASCII; links, mail addresses and telephones blanked."""
    plain = blank(digits(text), (found.span() for found in _ADDRESSES.finditer(text)))
    for pattern in (_MARKED, _PAIRS, _LONG):
        spans = [
            found.span("number" if pattern is _MARKED else 0)
            for found in pattern.finditer(plain)
        ]
        plain = blank(plain, spans)
    return plain


def blank(text: str, spans: Iterable[tuple[int, int]]) -> str:
    signs = list(text)
    for start, end in spans:
        signs[start:end] = " " * (end - start)
    return "".join(signs)


def line_of(text: str, place: int) -> int:
    """The line, from 1, that an offset is on."""
    return text.count("\n", 0, place) + 1


def _digit(sign: str) -> str:
    if sign.isascii() or not sign.isdigit():
        return sign
    value = unicodedata.decimal(sign, None)
    return sign if value is None else str(value)

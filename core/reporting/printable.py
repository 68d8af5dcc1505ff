"""Text of others made fit for a page: nothing in it can reach beyond itself.

Formats of pages (PDF, Word, pictures) refuse control characters or die of them, and a
title with a bidi override would turn the rest of its line around.
"""

import re
import unicodedata
from typing import Final

_UNSHOWN: Final = "\ufffd"
_SPACES: Final = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029")
# Embeddings and overrides, which leave the text they stand in; and the soft hyphen, a hint
# for a line of another width that typst 0.15 stops at when a link ends with it.
_DROPPED: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\xad")
_OPENS: Final = frozenset("\u2066\u2067\u2068")
_CLOSES: Final = "\u2069"
_MAYBE_ODD: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\uf8ff\ufdd0-\ufdef"
    "\ufffe\uffff\U0001fffe-\U0010ffff]"
)
# A word beyond this fits no column, and breaks where it is let to: after a sign, as an
# address does, and where there is none anywhere.
_LONG_WORD: Final = re.compile(r"\S{32,}")
_AFTER_A_SIGN: Final = re.compile(r"(?<=[/.,_?&=\-])(?=[^/.,_?&=\-])")
_UNBROKEN: Final = re.compile("[^\\s\u200b]{24}(?=[^\\s\u200b])")
_MAY_BREAK: Final = "\u200b"


def printable(text: str) -> str:
    """One line of *text* that any format of pages can write.

    Breaks of lines become spaces, signs that no font has a place for U+FFFD; what turns
    the direction is dropped unless it is an isolate, and those are closed in the end.
    """
    if not _MAYBE_ODD.search(text):
        return text
    kept: list[str] = []
    depth = 0
    for sign in text:
        if sign in _OPENS:
            depth += 1
        elif sign == _CLOSES:
            if not depth:
                continue
            depth -= 1
        kept.append(_shown(sign))
    return "".join(kept) + _CLOSES * depth


def _shown(sign: str) -> str:
    if sign in _SPACES:
        return " "
    if sign in _DROPPED:
        return ""
    is_odd = unicodedata.category(sign) in {"Cc", "Cs", "Co"} or _is_no_character(sign)
    return _UNSHOWN if is_odd else sign


def _is_no_character(sign: str) -> bool:
    """The code points that Unicode promises never to fill."""
    code = ord(sign)
    return 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE  # noqa: PLR2004 - Unicode's own bounds


def breakable(text: str) -> str:
    """`printable`, and a long word such as an address may break."""
    return _LONG_WORD.sub(_broken, printable(text))


def _broken(word: re.Match[str]) -> str:
    parted = _AFTER_A_SIGN.sub(_MAY_BREAK, word.group())
    return _UNBROKEN.sub(lambda part: part.group() + _MAY_BREAK, parted)


def bare(text: str) -> str:
    """`printable` without signs that are not seen, for what draws glyph by glyph."""
    return "".join(
        sign for sign in printable(text) if unicodedata.category(sign) != "Cf"
    )

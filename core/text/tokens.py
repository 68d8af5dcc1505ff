r"""The words of a text, each with its place in the text as it was written.

text -> decoded (character references) -> words -> folded, with offsets into the original

A word is a run of letters and digits. Apostrophes and hyphens part words (`l'eau` is two);
soft hyphens, joiners, marks, tatweel and a hyphen at the end of a line do not. Python's `\w` gets both wrong: it excludes
combining marks, which cuts a vocalised Arabic word into pieces.
"""

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from core.text.normalise import fold

# Signs that may stand inside a word: soft hyphen, zero-width and direction signs, and the
# combining marks of the scripts our outlets use.
_INSIDE: Final = (
    "\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
    "\u0898-\u089f\u08ca-\u08e1\u08e3-\u08ff\u1ab0-\u1ace\u1dc0-\u1dff\u20d0-\u20f0"
    "\u2d7f\u302a-\u302f\u3099\u309a\ufe00-\ufe0f\ufe20-\ufe2f"
)
# Written so that letters are skipped in one go; no sign is both, so nothing is tried twice.
_WORD: Final = re.compile(rf"[^\W_]+(?:[{_INSIDE}]+[^\W_]*)*")
# The same in a narrow column, where words are parted at the end of a line: ur-\nbain.
_PARTED: Final = re.compile(
    rf"[^\W_]+(?:(?:[{_INSIDE}]+|[-\u2010]\n(?=[a-z\u00df-\u00ff]))[^\W_]*)*"
)
_LINE_END: Final = re.compile(r"[-\u2010]\n")
_REFERENCE: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]\w{1,30});")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """Folded words and their places: `text[starts[i]:ends[i]]` was `words[i]`."""

    words: Sequence[str]
    starts: Sequence[int]
    ends: Sequence[int]

    def __len__(self) -> int:
        return len(self.words)


def tokens(text: str) -> Tokens:
    """Cut any text into folded words. Never raises; offsets count code points."""
    return cut(text, fold)


def cut(text: str, name: Callable[[str], str]) -> Tokens:
    """Cut any text into words, each called by its *name*; those without one fall out."""
    decoded, places = _decode(text)
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for found in _pattern(decoded).finditer(decoded):
        word = name(found.group())
        if word:
            words.append(word)
            starts.append(found.start())
            ends.append(found.end())
    if places is not None:
        starts = [places[start] for start in starts]
        ends = [places[end] for end in ends]
    return Tokens(words=words, starts=starts, ends=ends)


def words(text: str) -> Sequence[str]:
    return [word for word in map(fold, written(text)) if word]


def written(text: str) -> Sequence[str]:
    """The words as they are written, without their places: half the work of cutting."""
    decoded, _ = _decode(text)
    return _pattern(decoded).findall(decoded)


def _pattern(decoded: str) -> re.Pattern[str]:
    return _PARTED if _LINE_END.search(decoded) else _WORD


def normalise(text: str) -> str:
    """The folded words, one space apart. Normalising twice changes nothing."""
    return " ".join(tokens(text).words)


def _decode(text: str) -> tuple[str, list[int] | None]:
    """Resolve character references that survived extraction (`&eacute;`, `&#8217;`).

    The second value maps a place in the decoded text to one in the original; None when
    nothing had to be resolved, which is nearly always.
    """
    if "&" not in text or not _REFERENCE.search(text):
        return text, None
    parts: list[str] = []
    places: list[int] = []
    at = 0
    for found in _REFERENCE.finditer(text):
        parts.append(text[at : found.start()])
        places.extend(range(at, found.start()))
        sign = html.unescape(found.group())
        parts.append(sign)
        places.extend([found.start()] * len(sign))
        at = found.end()
    parts.append(text[at:])
    places.extend(range(at, len(text) + 1))
    return "".join(parts), places

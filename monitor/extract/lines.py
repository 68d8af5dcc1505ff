"""The lines of an extracted text: those that are the site's go, paragraphs stay."""

import re
from collections.abc import Sequence
from typing import Final

from monitor.extract import noise_words as words
from monitor.extract.pruning import key_of

_SHORT: Final = 260
_NAME: Final = 90
_LETTER: Final = re.compile(r"\w")
_BY: Final = re.compile(
    r"(?:par|by|propos recueillis par|texte|بقلم|كتب|حاوره|حاورته|إعداد)?\s*[:\-–]?\s*",
    re.IGNORECASE,
)
_DATE: Final = re.compile(
    r"(?:\w+[ ,]+)?\d{1,2}\W+(?:\d{1,2}|\w+)\W+\d{4}(?:\W+(?:à|at|على الساعة)?\W*\d{1,2}\W?[:h]?\W?\d{0,2})?"
    r"|\d{4}[/-]\d{1,2}[/-]\d{1,2}(?:\W+\d{1,2}:\d{2})?|\d{1,2}[:h]\d{2}"
)
# An hour alone is a live post's; a moment for machines is nobody's line.
_HOUR: Final = re.compile(
    r"\d{1,2}\s?[:h]\s?\d{2}|\d{4}-\d\d-\d\dT\d\d:\d\d[\d:.]*(?:Z|[+-]\d\d:?\d\d)?"
)
# The title may stand below a section and a badge.
_TOP: Final = 5
_LABEL: Final = 8
# What a byline may hold beside the name.
_AROUND: Final = 40
_INITIALS: Final = 3


def cleaned(
    lines: Sequence[str], *, title: str, author: str, site: str
) -> Sequence[str]:
    """*lines* without what is not the article's."""
    joined = (" ".join(one.split()) for one in lines)
    kept = [line for line in joined if not _is_site_line(line)]
    about = {key_of(one) for one in (title, author, site) if one}
    names = {key_of(one) for one in (author, *re.split(r"[,،]", author)) if one.strip()}
    return _trimmed([line for line in kept if line], about, names)


def _is_site_line(line: str) -> bool:
    if not _LETTER.search(line):
        return True
    if len(line) > _SHORT:
        return False
    plain = line.strip("[]()*_ ")
    return bool(
        _HOUR.fullmatch(plain)
        or words.SITE_LINE.fullmatch(plain)
        or words.CAPTION.fullmatch(plain)
        or words.ELSEWHERE.match(plain)
        or words.HEADING.fullmatch(plain)
    )


def _trimmed(lines: list[str], about: set[str], names: set[str]) -> Sequence[str]:
    """Titles and bylines before the text, signatures behind it."""
    start, end = _below_title(lines, about), len(lines)
    while start < end and _is_about(lines[start], about, names):
        start += 1
    while end > start and _is_about(lines[end - 1], about, names):
        end -= 1
    text = lines[start:end]
    # A standfirst may have come back above the title.
    return [x for n, x in enumerate(text) if n >= _TOP or key_of(x) not in about]


def _below_title(lines: Sequence[str], about: set[str]) -> int:
    """Where the text begins: behind a title that stands near the top, under labels."""
    for number, line in enumerate(lines[:_TOP]):
        if key_of(line) in about:
            return number + 1
        if len(line.split()) > _LABEL:
            return 0
    return 0


def _is_about(line: str, about: set[str], names: set[str]) -> bool:
    folded = key_of(line)
    if folded in about:
        return True
    if len(line) > _NAME:
        return False
    if _DATE.fullmatch(line.strip()):
        return True
    return any(
        name in folded
        and len(_BY.sub("", folded.replace(name, "", 1), count=1)) <= _AROUND
        for name in names
        if len(name) >= _INITIALS
    ) and not line.endswith((".", "!", "?", "؟"))

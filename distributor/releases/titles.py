"""Which line of a text is its title."""

import re
from typing import Final

from distributor.releases.kinds import KINDS

_HEADING: Final = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")
# Words above a title that are not the title.
_KICKERS: Final = {
    *(kicker.casefold() for kind in KINDS.values() for kicker in kind.kickers.values()),
    "communique de presse",
    "communiqué",
    "communique",
    "invitation",
    "note de presse",
    "press advisory",
    "for immediate release",
    "pour diffusion immédiate",
    "بلاغ صحافي",
    "بلاغ",
    "بيان صحفي",
    "دعوة",
}
# A letterhead, a number, a place: what may stand above a heading that is the title.
_ABOVE: Final = 400


def split(text: str) -> tuple[str, str]:
    """The title on one line, and the body without it.

    1. the first heading of the first level,
    2. else the first heading, when little stands above it,
    3. else the first line;

    and never words for the kind of document, such as COMMUNIQUE DE PRESSE.
    """
    lines = text.split("\n")
    place = _place(lines)
    if place is None:
        return "", ""
    heading = _HEADING.match(lines[place])
    title = " ".join(_bare(heading[2] if heading else lines[place]).split())
    return _unescaped(title), "\n".join(lines[:place] + lines[place + 1 :]).strip()


def _place(lines: list[str]) -> int | None:
    told = [
        (place, line)
        for place, line in enumerate(lines)
        if _bare(line) and not _is_kicker(line)
    ]
    headings = [
        (place, found) for place, line in told if (found := _HEADING.match(line))
    ]
    for place, found in headings:
        if found[1] == "#":
            return place
    if headings and sum(len(line) for line in lines[: headings[0][0]]) <= _ABOVE:
        return headings[0][0]
    return told[0][0] if told else None


def _bare(line: str) -> str:
    found = _HEADING.match(line)
    return (found[2] if found else line).strip().strip("*_").strip()


def _is_kicker(line: str) -> bool:
    return _bare(line).rstrip(" :.").casefold() in _KICKERS


def _unescaped(title: str) -> str:
    """A title is no Markdown: a subject shows it as it is."""
    plain = re.sub(r"\*\*(.+?)\*\*", r"\1", title)
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", plain)

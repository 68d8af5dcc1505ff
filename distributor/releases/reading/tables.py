"""A table of HTML -> rows of as many cells on one line each, which is all Markdown knows."""

from collections.abc import Iterator, Sequence
from typing import Final

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from core.i18n import N_
from distributor.releases.reading.base import Dropped

INLINE: Final = {
    "a",
    "b",
    "br",
    "code",
    "del",
    "em",
    "i",
    "img",
    "strong",
    "sub",
    "sup",
}
# Between what stood on lines of their own in one cell.
_IN_CELL: Final = " · "
_WIDEST: Final = 50


def rewrite(table: Tag, place: str) -> Iterator[Dropped]:
    """Raises nothing and loses no word; what changes is told."""
    if table.find_parent("table") is not None:
        return
    for inner in table.find_all("table"):
        yield Dropped(what=N_("A table inside a table was made text."), place=place)
        inner.replace_with(NavigableString(_IN_CELL.join(inner.stripped_strings)))
    rows = table.find_all("tr")
    if max((len(row.find_all(["td", "th"])) for row in rows), default=0) == 1:
        _unframe(table)
        return
    grid, merged, flattened = _grid(rows)
    if merged:
        yield Dropped(
            what=N_("Merged cells were divided; the text stands in the first of them."),
            place=place,
        )
    if flattened:
        yield Dropped(
            what=N_("Paragraphs and lists inside its cells were put on one line."),
            place=place,
        )
    _write_grid(table, grid)


def _unframe(table: Tag) -> None:
    """Leave the text of a table of one column, which is a frame around it."""
    for part in table.find_all(["tbody", "thead", "tfoot", "tr"]):
        part.unwrap()
    for cell in table.find_all(["td", "th"]):
        cell.name, cell.attrs = "p" if cell.find(is_block) is None else "div", {}
    for cell in table.find_all("div"):
        cell.unwrap()
    table.unwrap()


def _grid(rows: Sequence[Tag]) -> tuple[list[list[Tag | None]], bool, bool]:
    """Place each cell in the row and column it covers first."""
    taken: dict[tuple[int, int], Tag | None] = {}
    merged = flattened = False
    for down, row in enumerate(rows):
        across = 0
        for cell in row.find_all(["td", "th"]):
            while (down, across) in taken:
                across += 1
            wide, high = _span(cell, "colspan"), _span(cell, "rowspan")
            merged = merged or wide > 1 or high > 1
            flattened = _flatten(cell) or flattened
            for y in range(down, min(down + high, len(rows))):
                for x in range(across, across + wide):
                    taken[y, x] = None
            taken[down, across] = cell
            across += wide
    width = max((x for _, x in taken), default=-1) + 1
    return (
        [[taken.get((y, x)) for x in range(width)] for y in range(len(rows))],
        merged,
        flattened,
    )


def _span(cell: Tag, name: str) -> int:
    given = str(cell.get(name) or "1")
    return max(1, min(_WIDEST, int(given))) if given.isdecimal() else 1


def _flatten(cell: Tag) -> bool:
    """Put what a cell holds on one line. Answers whether it had more than one."""
    for line_end in cell.find_all("br"):
        line_end.replace_with(NavigableString(_IN_CELL))
    blocks = [one for one in cell.find_all(is_block) if one.find(is_block) is None]
    full = [one for one in blocks if one.get_text().strip() or one.find("img")]
    for one in full[1:]:
        one.insert_before(NavigableString(_IN_CELL))
    for one in cell.find_all(is_block):
        one.unwrap()
    return len(full) > 1


def _write_grid(table: Tag, grid: Sequence[Sequence[Tag | None]]) -> None:
    soup = BeautifulSoup("", "lxml")
    head, body = soup.new_tag("thead"), soup.new_tag("tbody")
    headed = bool(grid) and _is_header(grid[0])
    rows: list[Sequence[Tag | None]] = list(grid)
    if not headed:
        rows.insert(0, [None] * len(grid[0]) if grid else [])
    for number, cells in enumerate(rows):
        row = soup.new_tag("tr")
        for cell in cells:
            made = soup.new_tag("td" if number else "th")
            if cell is not None:
                for child in list(cell.contents):
                    made.append(child.extract())
            if not number:
                for strong in made.find_all(["strong", "b"]):
                    strong.unwrap()
            row.append(made)
        (body if number else head).append(row)
    table.clear()
    table.append(head)
    table.append(body)


def _is_header(cells: Sequence[Tag | None]) -> bool:
    """Whether a first row names the columns: marked so, or all in bold."""
    own = [cell for cell in cells if cell is not None and cell.get_text().strip()]
    return bool(own) and all(
        cell.name == "th"
        or letters(cell.get_text())
        == letters("".join(one.get_text() for one in cell.find_all(["strong", "b"])))
        for cell in own
    )


def is_block(tag: Tag) -> bool:
    return tag.name not in INLINE


def letters(text: str) -> str:
    """A text without its spaces, to compare what two renderings say."""
    return "".join(text.split())

"""A laid-out report as plain text: the part of a mail that every program shows."""

from collections.abc import Iterator

from core.reporting.document import (
    Block,
    Document,
    Entry,
    Grid,
    Heading,
    Numbers,
    Paragraph,
    Picture,
    Points,
    Runs,
    Shaded,
)


def plain(document: Document) -> str:
    """Paragraphs parted by empty lines; an address stands behind the words it is of."""
    return "\n\n".join(
        part for block in document.blocks for part in _parts(block) if part
    )


def _parts(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield _heading(block)
        case Paragraph():
            yield _said(block.runs)
        case Points():
            yield "\n".join(f"- {_said(item.runs)}" for item in block.items)
        case Entry():
            yield from _entry(block)
        case Grid():
            yield _grid(block)
        case Picture():
            yield block.alternative
        case Numbers() | Shaded():
            yield _many(block)


def _many(block: Numbers | Shaded) -> str:
    if isinstance(block, Numbers):
        return "\n".join(
            f"{item.value} {_said(item.name)}"
            f"{f' ({item.change})' if item.change else ''}"
            for item in block.items
        )
    return " ".join(
        f"{one.text} [{one.note}]" if one.note else one.text for one in block.sentences
    )


def _heading(heading: Heading) -> str:
    text = _said(heading.runs)
    if heading.level == 1:
        return f"{text}\n{'=' * len(text)}"
    return f"{text}\n{'-' * len(text)}"


def _entry(entry: Entry) -> Iterator[str]:
    number = f"[{entry.reference}] " if entry.reference else ""
    lines = [f"{number}{_said(entry.title)}", _said(entry.by)]
    lines += [one for one in (entry.excerpt, _said(entry.why)) if one]
    yield "\n".join(lines)
    if entry.quotes is not None:
        yield _grid(entry.quotes)


def _grid(grid: Grid) -> str:
    rows = [[_said(column.name) for column in grid.columns]]
    rows += [[_said(cell.runs) for cell in row] for row in grid.rows]
    return "\n".join(" | ".join(row) for row in rows)


def _said(runs: Runs) -> str:
    return "".join(
        f"{run.text} <{run.href}>" if _leads_out(run.href) else run.text for run in runs
    )


def _leads_out(href: str) -> bool:
    """Addresses only: a place of the document leads nowhere in plain text."""
    return href.startswith(("http://", "https://"))

"""The guests of an event as a value, and its list for the door: as pages, workbook or CSV.

Pages are laid out here and drawn like any report; a table is one row a guest, and no cell
of it is ever a formula.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO, StringIO
from typing import Final

import segno
from xlsxwriter import Workbook

from core import safe_cells
from core.errors import NotFound
from core.i18n import Words, words
from core.reporting.document import (
    Block,
    Document,
    Heading,
    Number,
    Numbers,
    Paragraph,
    Points,
    Roll,
    RollLine,
    Run,
    Style,
)
from core.reporting.printable import printable
from core.reporting.report import Said
from core.reporting.speaking import Speaker
from core.values import Language
from core.wording import worded

FORMATS: Final[Mapping[str, str]] = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
_WIDEST: Final = 60
# A digit after an Arabic letter would join it and run the other way.
_ARABIC: Final = re.compile(r"([\u0600-\u06ff]+)")
_KEPT_LEFT: Final = "\\1\u200e"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestLine:
    name: str
    outlet: str
    # A code: what they answered, or how they were seen.
    answer: str
    crew_size: int = 0
    crew: tuple[str, ...] = ()
    plate: str = ""
    equipment: str = ""
    # The address that the code leads to; empty for none.
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestList:
    """`people` are those expected, crews included."""

    titles: tuple[Said, ...]
    organisation: str
    organisation_ar: str
    place: str
    # By the wall clock of `zone`, where the event has an hour.
    event_wall: datetime | None
    zone: str
    made_at: datetime
    people: int
    capacity: int | None
    programme: tuple[str, ...]
    entrance: tuple[str, ...]
    guests: tuple[GuestLine, ...]


def written(name: str, listed: GuestList, languages: Sequence[Language]) -> bytes:
    """The list in the format called *name*, in one language or in two. Raises NotFound."""
    spoken = [words(one) for one in languages]
    if name == "pdf":
        # typst costs 60 MB, which only whoever draws pages shall pay.
        from core.reporting.formats.pdf import draw  # noqa: PLC0415

        return draw(lay_out(listed, spoken), made_at=listed.made_at)
    if name == "xlsx":
        return _workbook(listed, spoken)
    if name == "csv":
        return _csv(listed, spoken)
    raise NotFound(
        worded("There is no format called “%(name)s”.", name=name),
        to="format",
        mend=worded("The formats are: %(formats)s.", formats=", ".join(FORMATS)),
    )


def lay_out(listed: GuestList, spoken: Sequence[Words]) -> Document:
    """*spoken* are one or two languages; the first gives the direction of the whole."""
    speaker = Speaker(spoken, listed.zone)
    return Document(
        spoken=spoken,
        title=speaker.text(lambda one: one.gettext("Guests at the door")),
        organisation=speaker.text(lambda one: _organisation(listed, one)),
        foot=speaker.runs(
            lambda one: (
                one.gettext("Made on %(moment)s; names and vehicles are personal data.")
                % {"moment": one.moment(listed.made_at, listed.zone, "short")}
            )
        ),
        zone=listed.zone,
        blocks=tuple(_blocks(listed, speaker)),
    )


def answer_name(answer: str, spoken: Words) -> str:
    """What a guest answered, or how they were seen, for people at a door."""
    _ = spoken.gettext
    names = {
        "coming": _("comes"),
        "coming with camera": _("comes with a camera"),
        "declined": _("declines"),
        "replied": _("answered, coming not said"),
        "present": _("present"),
        "absent": _("absent"),
        "": _("no answer"),
        "walk-in": _("came by themselves"),
    }
    return names.get(answer, answer)


def _blocks(listed: GuestList, speaker: Speaker) -> Iterator[Block]:
    yield Heading(
        level=1,
        runs=speaker.runs(lambda one: one.gettext("Guests at the door")),
    )
    for place, said in enumerate(speaker.chosen(listed.titles)):
        yield Paragraph(
            runs=[Run(text=said.text, language=said.language, strong=True)],
            language=said.language,
            beside=place > 0,
        )
    yield Paragraph(runs=[Run(text=_when(listed, speaker))])
    yield Numbers(
        items=[
            Number(
                value=speaker.first.number(value),
                name=speaker.runs(tell),
            )
            for value, tell in _figures(listed)
        ]
    )
    for name, lines in (
        (lambda one: one.gettext("The way in"), listed.entrance),
        (lambda one: one.gettext("Programme"), listed.programme),
    ):
        if lines:
            yield Heading(level=2, runs=speaker.runs(name))
            yield Points(
                items=[
                    Paragraph(runs=[Run(text=f"\u2068{one}\u2069")]) for one in lines
                ]
            )
    yield Heading(level=2, runs=speaker.runs(lambda one: one.gettext("Guests")))
    if not listed.guests:
        yield Paragraph(
            runs=speaker.runs(lambda one: one.gettext("Nobody said that they come.")),
            style=Style.FAINT,
        )
    yield Roll(
        lines=[
            _line(place, one, speaker)
            for place, one in enumerate(listed.guests, start=1)
        ]
    )


def _captions(spoken: Words) -> Sequence[str]:
    """The columns of the table."""
    _ = spoken.gettext
    return (
        *(_("No."), _("Name"), _("Outlet"), _("Answer"), _("With them")),
        *(_("Names of the crew"), _("Number plate"), _("Equipment")),
    )


def _figures(listed: GuestList) -> Iterator[tuple[int, Callable[[Words], str]]]:
    yield len(listed.guests), lambda one: one.gettext("guests on this list")
    yield listed.people, lambda one: one.gettext("people expected, crews included")
    if listed.capacity is not None:
        yield listed.capacity, lambda one: one.gettext("the room holds")


def _when(listed: GuestList, speaker: Speaker) -> str:
    said = []
    if listed.event_wall is not None:
        day, hour = listed.event_wall.date(), f"{listed.event_wall:%H:%M}"
        said = [f"\u2068{one.date(day)}, {hour}\u2069" for one in speaker.spoken]
    if listed.place:
        said.append(f"\u2068{listed.place}\u2069")
    return " · ".join(said)


def _line(place: int, one: GuestLine, speaker: Speaker) -> RollLine:
    facts = [
        Paragraph(
            runs=[
                *speaker.runs(name),
                Run(text=" "),
                Run(text=value),
            ]
        )
        for name, value in _facts(one)
    ]
    outlet = [Run(text=f"\u2068{one.outlet}\u2069"), Run(text=" · ")]
    return RollLine(
        reference=f"{place}.",
        name=[Run(text=f"\u2068{one.name}\u2069")],
        by=[
            *(outlet if one.outlet else ()),
            *speaker.runs(lambda words: answer_name(one.answer, words)),
        ],
        facts=facts,
        code=_code(one.address) if one.address else "",
        alternative=speaker.text(
            lambda words: words.gettext("Code of %(name)s") % {"name": one.name}
        ),
    )


def _facts(one: GuestLine) -> Iterator[tuple[Callable[[Words], str], str]]:
    if one.crew_size:
        names = f" ({', '.join(one.crew)})" if one.crew else ""
        yield (
            (lambda words: words.gettext("With them:")),
            f"\u2068{one.crew_size}{names}\u2069",
        )
    if one.plate:
        yield (lambda words: words.gettext("Vehicle:")), _plate(one.plate)
    if one.equipment:
        yield (
            (lambda words: words.gettext("Equipment:")),
            f"\u2068{one.equipment}\u2069",
        )


def _plate(plate: str) -> str:
    """As it stands on the vehicle, from left to right, whatever letters are in it."""
    return f"\u2066{_ARABIC.sub(_KEPT_LEFT, plate)}\u2069"


def _code(address: str) -> str:
    """As small as it can be read from paper by a telephone held over it."""
    out = BytesIO()
    segno.make(address, micro=False, error="m", boost_error=False).save(
        out, kind="svg", xmldecl=False, svgns=True, nl=False, omitsize=True, border=2
    )
    return out.getvalue().decode()


def _organisation(listed: GuestList, spoken: Words) -> str:
    arabic = listed.organisation_ar if spoken.language is Language.ARABIC else ""
    return arabic or listed.organisation


def _rows(listed: GuestList, spoken: Sequence[Words]) -> Iterator[Sequence[str]]:
    yield [
        " / ".join(dict.fromkeys(said))
        for said in zip(*map(_captions, spoken), strict=True)
    ]
    for place, one in enumerate(listed.guests, start=1):
        said = dict.fromkeys(answer_name(one.answer, words) for words in spoken)
        yield (
            *(str(place), one.name, one.outlet, " / ".join(said)),
            *(str(one.crew_size or ""), ", ".join(one.crew), one.plate, one.equipment),
        )


def _workbook(listed: GuestList, spoken: Sequence[Words]) -> bytes:
    out = BytesIO()
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "in_memory": True,
    }
    with Workbook(out, options) as book:
        sheet = book.add_worksheet()
        if spoken[0].direction == "rtl":
            sheet.right_to_left()
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        # So that it stays text also when somebody opens the cell and leaves it.
        quoted = book.add_format({"quote_prefix": True, "text_wrap": True})
        plain = book.add_format({"text_wrap": True, "valign": "top"})
        widths: dict[int, int] = {}
        for row, cells in enumerate(_rows(listed, spoken)):
            for column, text in enumerate(cells):
                shown = printable(text)
                odd = safe_cells.guarded(shown) != shown
                look = head if row == 0 else quoted if odd else plain
                sheet.write_string(row, column, shown, look)
                widths[column] = max(widths.get(column, 6), len(shown) + 2)
        for column, width in widths.items():
            sheet.set_column(column, column, min(width, _WIDEST))
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
    return out.getvalue()


def _csv(listed: GuestList, spoken: Sequence[Words]) -> bytes:
    head, *rows = _rows(listed, spoken)
    out = StringIO(newline="")
    safe_cells.write(
        out,
        columns=head,
        rows=[dict(zip(head, map(printable, cells), strict=True)) for cells in rows],
    )
    return out.getvalue().encode("utf-8-sig", errors="replace")

"""The builder of an edition: essentials, order, and what is left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field

from app.reviews import editions
from app.reviews.edits import MOST_ESSENTIALS, Edits, applied, essential
from app.reviews.plan import WATCH
from app.reviews.states import EditionState
from app.web.pages import Day, Pages, back_to
from app.web.review import Name, path_of, slot_of
from core.accounts import Right
from core.errors import BadInput
from core.i18n import Words
from core.reporting.naming import name_of
from core.reporting.report import Essential, Line, Report, ReportSection
from core.values import Language

WRITTEN: Final = (Language.FRENCH, Language.ARABIC)
_LETTERS: Final = 95  # of a line of the first page
_LINES: Final = 12  # of essentials that leave room for the headlines


class EditForm(BaseModel):
    """The builder as it was sent; of each essential its words and its articles' numbers."""

    fr: list[str] = Field(default_factory=list, max_length=MOST_ESSENTIALS)
    ar: list[str] = Field(default_factory=list, max_length=MOST_ESSENTIALS)
    numbers: list[str] = Field(default_factory=list, max_length=MOST_ESSENTIALS)
    # The first article of every line, in the order wanted.
    order: list[int] = Field(default_factory=list, max_length=5_000)
    left_out: list[int] = Field(default_factory=list, max_length=5_000)
    # One step, for who has no script: an article to move, or to propose a line from.
    up: int | None = None
    down: int | None = None
    propose: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EssentialField:
    """One essential as the form shows it."""

    texts: Mapping[Language, str]
    numbers: str


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/review", include_in_schema=False)
    office = pages.office

    def page(
        request: Request,
        day: Day,
        name: str,
        *,
        fields: Sequence[EssentialField] | None = None,
        error: BadInput | None = None,
    ) -> Response:
        account = pages.account(request, Right.WATCH)
        slot = slot_of(pages, day, name)
        with office.database.read() as session:
            row = editions.edition(session, slot.key)
            changes = Edits() if row is None else Edits.from_row(row.edits)
            whole = editions.whole(
                session, slot, settings=office.settings, now=office.clock.now()
            )
        report = applied(whole, changes)
        return pages.show(
            request,
            "review_edit.html",
            account=account,
            status=400 if error else 200,
            report=report,
            left_out=[
                line
                for section in whole.sections
                for line in section.lines
                if line.articles and line.articles[0] in changes.left_out
            ],
            fields=fields if fields is not None else _fields(report),
            written=WRITTEN,
            section_name=lambda section: _name(section, pages.words(request)),
            lines=_lines(report.essentials),
            most_lines=_LINES,
            row=row,
            closed=row is not None
            and row.state not in {EditionState.OPEN, EditionState.FROZEN},
            path=path_of(slot.key),
            error=error,
        )

    @found.get("/{day}/{name}/edit")
    def show(request: Request, day: Day, name: Name) -> Response:
        return page(request, day, name)

    @found.post("/{day}/{name}/edit")
    def keep(
        request: Request, day: Day, name: Name, form: Annotated[EditForm, Form()]
    ) -> Response:
        pages.account(request, Right.WATCH)
        slot = slot_of(pages, day, name)
        with office.database.read() as session:
            whole = editions.whole(
                session, slot, settings=office.settings, now=office.clock.now()
            )
            row = editions.edition(session, slot.key)
            before = Edits() if row is None else Edits.from_row(row.edits)
        shown = applied(whole, before)
        try:
            changes = _edits(form, shown)
        except BadInput as refused:
            return page(request, day, name, fields=_typed(form), error=refused)
        with office.database.write() as session:
            editions.edit(session, slot, changes)
        return back_to(f"{path_of(slot.key)}/edit")

    return found


def _name(section: ReportSection, said: Words) -> str:
    if section.key.startswith(WATCH):
        return section.title
    name = name_of(f"section:{section.key}", said)
    return f"{name} · \u2068{section.title}\u2069" if section.title else name


def _fields(report: Report) -> Sequence[EssentialField]:
    """What is written, and one empty row more."""
    references = {
        article: line.reference
        for section in report.sections
        for line in section.lines
        for article in line.articles
    }
    rows = [
        EssentialField(
            texts={one.language: one.text for one in row.said},
            numbers=", ".join(
                str(number)
                for number in sorted({references.get(one, 0) for one in row.articles})
                if number
            ),
        )
        for row in report.essentials
    ]
    empty = [EssentialField(texts={}, numbers="")]
    return [*rows, *(empty if len(rows) < MOST_ESSENTIALS else ())]


def _typed(form: EditForm) -> Sequence[EssentialField]:
    return [
        EssentialField(
            texts={Language.FRENCH: french, Language.ARABIC: arabic}, numbers=numbers
        )
        for french, arabic, numbers in zip(form.fr, form.ar, form.numbers, strict=False)
    ]


def _edits(form: EditForm, shown: Report) -> Edits:
    """Raises BadInput for a number that no article of the edition has."""
    lines = {
        line.reference: line
        for section in shown.sections
        for line in section.lines
        if line.reference
    }
    essentials = [
        essential(row.texts, _articles(row.numbers, lines))
        for row in _typed(form)
        if any(text.strip() for text in row.texts.values()) or row.numbers.strip()
    ]
    if form.propose is not None:
        essentials += _proposed(form.propose, lines)
    return Edits(
        essentials=tuple(essentials),
        order=_moved(form),
        left_out=frozenset(form.left_out),
    )


def _articles(numbers: str, lines: Mapping[int, Line]) -> Sequence[int]:
    found = []
    for word in numbers.replace(",", " ").replace("،", " ").split():
        line = lines.get(int(word)) if word.isdecimal() else None
        if line is None:
            raise BadInput(
                f"No article of this edition has the number {word!r}.",
                to="numbers",
                mend="Give the numbers that stand before the titles, such as 1, 4.",
            )
        found.append(line.articles[0])
    return found


def _proposed(article: int, lines: Mapping[int, Line]) -> Sequence[Essential]:
    """A line that quotes the article's own words: a person makes it theirs."""
    for line in lines.values():
        if article in line.articles:
            marks = ("«\u202f", "\u202f»") if line.language != Language.ARABIC else "«»"
            text = f"{line.outlet}: {marks[0]}{line.title}{marks[1]}"
            language = line.language if line.language in WRITTEN else WRITTEN[0]
            return [essential({language or WRITTEN[0]: text}, [line.articles[0]])]
    return []


def _moved(form: EditForm) -> Sequence[int]:
    order = list(form.order)
    for article, step in ((form.up, -1), (form.down, 1)):
        if article in order:
            place = order.index(article)
            other = place + step
            if 0 <= other < len(order):
                order[place], order[other] = order[other], order[place]
    return order


def _lines(essentials: Sequence[Essential]) -> int:
    """How many lines they take on the first page, in the language that takes most."""
    return max(
        (
            sum(
                -(-len(one.text) // _LETTERS)
                for row in essentials
                for one in row.said
                if one.language == language
            )
            for language in WRITTEN
        ),
        default=0,
    )

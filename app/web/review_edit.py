"""The builder of an edition: essentials, order, and what is left out."""

from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request, Response
from fastapi.routing import APIRoute
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
_MOST_FIELDS: Final = 12_000
_DIGITS: Final = 6  # too many for the number of an article


class EditForm(BaseModel):
    """The builder as it was sent; of each essential its words and its articles' numbers."""

    fr: list[str] = Field(default_factory=list, max_length=MOST_ESSENTIALS)
    ar: list[str] = Field(default_factory=list, max_length=MOST_ESSENTIALS)
    numbers: list[str] = Field(default_factory=list, max_length=MOST_ESSENTIALS)
    # The first article of every line, in the order wanted, and the number it had on the page.
    order: list[int] = Field(default_factory=list, max_length=5_000)
    references: list[int] = Field(default_factory=list, max_length=5_000)
    left_out: list[int] = Field(default_factory=list, max_length=5_000)
    # One step, for who has no script: an article to move, or to propose a line from.
    up: int | None = None
    down: int | None = None
    propose: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EssentialField:
    """One essential as the form shows it; `read` is what it says, or what is wrong with it."""

    texts: Mapping[Language, str]
    numbers: str
    read: Essential | BadInput | None = None

    @property
    def error(self) -> BadInput | None:
        return self.read if isinstance(self.read, BadInput) else None


class _WideRequest(Request):
    """A review of a thousand lines sends two fields for each; a form is else cut at 1,000."""

    def form(self, **limits: Any) -> Any:
        return super().form(**limits | {"max_fields": _MOST_FIELDS})


class _Wide(APIRoute):
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def wide(request: Request) -> Response:
            return await handle(_WideRequest(request.scope, request.receive))

        return wide


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/review", include_in_schema=False, route_class=_Wide)
    office = pages.office

    def page(
        request: Request,
        day: Day,
        name: str,
        *,
        form: EditForm | None = None,
        error: BadInput | None = None,
    ) -> Response:
        """As it is kept, or as it was sent in *form*, with what is wrong with that."""
        account = pages.account(request, Right.WATCH)
        slot = slot_of(pages, day, name)
        with office.database.read() as session:
            row = editions.edition(session, slot.key)
            kept = Edits() if row is None else Edits.from_row(row.edits)
            whole = editions.whole(
                session, slot, settings=office.settings, now=office.clock.now()
            )
        report = applied(whole, replace(kept, order=form.order) if form else kept)
        numbers = _numbers(report, form)
        fields = _typed(form) if form else _fields(kept, report, numbers)
        return pages.show(
            request,
            "review_edit.html",
            account=account,
            status=400 if form else 200,
            report=report,
            numbers=numbers,
            left_out=[
                line
                for section in whole.sections
                for line in section.lines
                if line.articles and line.articles[0] in kept.left_out
            ],
            ticked=frozenset(form.left_out) if form else kept.left_out,
            fields=fields,
            written=WRITTEN,
            section_name=lambda section: _name(section, pages.words(request)),
            lines=_lines(fields),
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
            shown = editions.whole(
                session, slot, settings=office.settings, now=office.clock.now()
            )
        try:
            changes = _edits(form, shown)
        except BadInput as refused:
            return page(request, day, name, form=form, error=refused)
        with office.database.write() as session:
            editions.edit(session, slot, changes)
        return back_to(f"{path_of(slot.key)}/edit")

    return found


def _name(section: ReportSection, said: Words) -> str:
    if section.key.startswith(WATCH):
        return section.title
    name = name_of(f"section:{section.key}", said)
    return f"{name} · \u2068{section.title}\u2069" if section.title else name


def _numbers(report: Report, form: EditForm | None) -> Mapping[int, int]:
    """By the first article of each line, its number; what was typed refers to those sent."""
    sent = (
        dict(zip(form.order, form.references, strict=False)) if form is not None else {}
    )
    fresh = count(1 + max(sent.values(), default=0))
    return {
        line.articles[0]: sent[line.articles[0]]
        if line.articles[0] in sent
        else next(fresh)
        for line in _printed(report)
    }


def _printed(report: Report) -> Iterator[Line]:
    for section in report.sections:
        yield from (line for line in section.lines if line.articles)


def _fields(
    kept: Edits, report: Report, numbers: Mapping[int, int]
) -> Sequence[EssentialField]:
    """What is written, and one empty row more.

    What rests on articles that are gone stays, without a number: its writer decides.
    """
    references = {
        article: numbers[line.articles[0]]
        for line in _printed(report)
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
        for row in kept.essentials
    ]
    empty = [EssentialField(texts={}, numbers="")]
    return [*rows, *(empty if len(rows) < MOST_ESSENTIALS else ())]


def _typed(form: EditForm) -> Sequence[EssentialField]:
    fields = []
    for french, arabic, numbers in zip(form.fr, form.ar, form.numbers, strict=False):
        texts = {Language.FRENCH: french, Language.ARABIC: arabic}
        read = _read(form, texts, numbers)
        fields.append(EssentialField(texts=texts, numbers=numbers, read=read))
    return fields


def _read(
    form: EditForm, texts: Mapping[Language, str], numbers: str
) -> Essential | BadInput | None:
    """None for an empty row."""
    if not numbers.strip() and not any(text.strip() for text in texts.values()):
        return None
    try:
        return essential(texts, _articles(form, numbers))
    except BadInput as refused:
        return refused


def _edits(form: EditForm, shown: Report) -> Edits:
    """Raises BadInput where a row is wrong: the row says what."""
    fields = _typed(form)
    wrong = [field.error for field in fields if field.error]
    if wrong:
        raise wrong[0]
    essentials = [field.read for field in fields if isinstance(field.read, Essential)]
    if form.propose is not None:
        essentials += _proposed(form.propose, shown)
    if len(essentials) > MOST_ESSENTIALS:
        raise BadInput(
            "The first page has no room for one line more.",
            to="essentials",
            mend=f"Write {MOST_ESSENTIALS} lines at most: empty one first.",
        )
    return Edits(
        essentials=tuple(essentials),
        order=_moved(form),
        left_out=frozenset(form.left_out),
    )


def _articles(form: EditForm, numbers: str) -> Sequence[int]:
    """The articles that had these *numbers* on the page that was sent."""
    there = dict(zip(form.references, form.order, strict=False))
    found = []
    for word in numbers.replace(",", " ").replace("،", " ").split():
        number = int(word) if word.isdecimal() and len(word) < _DIGITS else None
        if number not in there:
            raise BadInput(
                f"No article of this edition has the number {word!r}.",
                to="numbers",
                mend="Give the numbers that stand before the titles, such as 1, 4.",
            )
        found.append(there[number])
    if found and set(found) <= set(form.left_out):
        raise BadInput(
            "Every article that this line rests on is left out.",
            to="numbers",
            mend="Print one of them, give another number, or empty the line.",
        )
    return found


def _proposed(article: int, shown: Report) -> Sequence[Essential]:
    """A line that quotes the article's own words: a person makes it theirs."""
    for line in _printed(shown):
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


def _lines(fields: Sequence[EssentialField]) -> int:
    """How many lines they take on the first page, in the language that takes most."""
    return max(
        sum(-(-len(field.texts.get(language, "")) // _LETTERS) for field in fields)
        for language in WRITTEN
    )

"""The form of the review's builder: what it shows of an edition, and what was typed in it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final

from pydantic import BaseModel, Field

from app.reviews.edits import MOST_ESSENTIALS, Edits, essential
from core.errors import BadInput
from core.reporting.report import Essential, Line, Report
from core.values import Language
from core.wording import worded

WRITTEN: Final = (Language.FRENCH, Language.ARABIC)
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
    # The seal of what others had written when the page was made; without one nobody is asked.
    seen: str | None = Field(None, max_length=64)


@dataclass(frozen=True, slots=True, kw_only=True)
class EssentialField:
    """One essential as the form shows it; `read` is what it says, or what is wrong with it."""

    texts: Mapping[Language, str]
    numbers: str
    read: Essential | BadInput | None = None

    @property
    def error(self) -> BadInput | None:
        return self.read if isinstance(self.read, BadInput) else None


def numbers_of(report: Report, form: EditForm | None) -> Mapping[int, int]:
    """By the first article of each line, its number; what was typed refers to those sent."""
    sent = (
        dict(zip(form.order, form.references, strict=False)) if form is not None else {}
    )
    fresh = count(1 + max(sent.values(), default=0))
    return {
        line.articles[0]: sent[line.articles[0]]
        if line.articles[0] in sent
        else next(fresh)
        for line in printed(report)
    }


def printed(report: Report) -> Iterator[Line]:
    for section in report.sections:
        yield from (line for line in section.lines if line.articles)


def kept_fields(
    kept: Edits, report: Report, numbers: Mapping[int, int]
) -> Sequence[EssentialField]:
    """What is written, and one empty row more.

    What rests on articles that are gone stays, without a number: its writer decides.
    """
    references = {
        article: numbers[line.articles[0]]
        for line in printed(report)
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


def typed_fields(form: EditForm) -> Sequence[EssentialField]:
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


def edits_of(form: EditForm, shown: Report) -> Edits:
    """Raises BadInput where a row is wrong: the row says what."""
    fields = typed_fields(form)
    wrong = [field.error for field in fields if field.error]
    if wrong:
        raise wrong[0]
    essentials = [field.read for field in fields if isinstance(field.read, Essential)]
    if form.propose is not None:
        essentials += _proposed(form.propose, shown)
    if len(essentials) > MOST_ESSENTIALS:
        raise BadInput(
            worded("The first page has no room for one line more."),
            to="essentials",
            mend=worded("Write 12 lines at most: empty one first."),
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
                worded(
                    "No article of this edition has the number %(number)s.", number=word
                ),
                to="numbers",
                mend=worded(
                    "Give the numbers that stand before the titles, such as 1, 4."
                ),
            )
        found.append(there[number])
    if found and set(found) <= set(form.left_out):
        raise BadInput(
            worded("Every article that this line rests on is left out."),
            to="numbers",
            mend=worded("Print one of them, give another number, or empty the line."),
        )
    return found


def _proposed(article: int, shown: Report) -> Sequence[Essential]:
    """A line that quotes the article's own words: a person makes it theirs."""
    for line in printed(shown):
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

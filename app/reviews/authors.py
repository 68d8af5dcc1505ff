"""Who among the reached wrote, whose outlet published, who stayed silent: from both halves' values.

`who_wrote` decides and reaches nothing; `of_release` gathers what it is given.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

import monitor.report
from core.values import ContactName, Silent
from distributor.contacts.names import called
from distributor.sending.reach import Reach, reach
from monitor import authors
from monitor.authors import BylineLine
from monitor.matching.outlet_names import outlet_keys
from monitor.report import CoverageLine
from monitor.states import Decision

# An outlet that fills a day with one release is named by its first articles.
_ARTICLES: Final = 20


class Standing(StrEnum):
    """How a contact stands to the coverage of a release, the best first."""

    # A person confirmed it, or the machine is sure and nobody said no.
    WROTE = "wrote"
    # A by-line may be theirs: a person is asked.
    ASKED = "to be confirmed"
    # Their outlet published, under another name or none.
    OUTLET = "outlet published"
    SILENT = "silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenArticle:
    """An article that covers the release, as one contact stands to it."""

    coverage_id: int
    article_id: int
    title: str
    language: str
    outlet: str
    outlet_ar: str
    # The by-line as it is printed; empty where there is none.
    author: str
    # None where only the outlet is the contact's.
    byline: BylineLine | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorLine:
    contact_id: int
    # The address where no name is known.
    name: str
    outlet: str
    answer: str
    standing: Standing
    articles: Sequence[WrittenArticle] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Authors:
    """Everybody who was reached, once, by standing and name; and who wrote unasked."""

    lines: Sequence[AuthorLine]
    uninvited: Sequence[AuthorLine]
    # Reached, and erased since.
    forgotten: int

    def of(self, standing: Standing) -> Sequence[AuthorLine]:
        return [line for line in self.lines if line.standing is standing]

    @property
    def counts(self) -> Mapping[Standing, int]:
        return {standing: len(self.of(standing)) for standing in Standing}

    @property
    def silent(self) -> Silent:
        """Whom a reminder may reach."""
        return Silent(
            contact_ids=frozenset(line.contact_id for line in self.of(Standing.SILENT))
        )


def of_release(session: Session, release_id: int) -> Authors:
    """Raises NotFound."""
    return of_coverage(
        session,
        reach(session, release_id),
        monitor.report.coverage(session, release_id=release_id),
    )


def of_coverage(
    session: Session, reached: Reach, lines: Sequence[CoverageLine]
) -> Authors:
    """For who has whom the release reached, and its coverage, at hand."""
    signed = authors.of_articles(session, [line.article_id for line in lines])
    named = {one.contact_id for some in signed.values() for one in some}
    return who_wrote(reached, lines, signed, called(session, named))


def forget_gone(session: Session) -> None:
    """Contacts that are not there any more leave nothing with the listening half either."""
    named = authors.named(session)
    there = called(session, named)
    authors.forget(session, [one for one in named if one not in there])


def writers(session: Session, article_ids: Sequence[int]) -> Mapping[int, str]:
    """By article, the contacts whose by-line a person confirmed or the machine is sure of."""
    signed = authors.of_articles(session, article_ids)
    counting = {
        article: [one.contact_id for one in some if one.counts]
        for article, some in signed.items()
    }
    names = called(session, {one for some in counting.values() for one in some})
    return {
        article: ", ".join(names[one].name for one in some if one in names)
        for article, some in counting.items()
    }


def who_wrote(
    reached: Reach,
    coverage: Sequence[CoverageLine],
    bylines: Mapping[int, Sequence[BylineLine]],
    names: Mapping[int, ContactName],
) -> Authors:
    """*bylines* by article, *names* of contacts who were not reached. Rejected is left out."""
    published = [line for line in coverage if Decision(line.decision).counts]
    signed = _signed(published, bylines)
    by_outlet = _by_outlet(published)
    lines = [
        _line(
            contact_id=one.contact_id,
            name=one.name or one.address,
            outlet=one.outlet,
            answer=one.answer,
            signed=signed.get(one.contact_id, ()),
            printed=_of_outlet(one.outlet, by_outlet),
        )
        for one in reached.contacts
    ]
    invited = {one.contact_id for one in reached.contacts}
    uninvited = [
        _line(
            contact_id=contact_id,
            name=names[contact_id].name,
            outlet=next(iter(names[contact_id].outlets), ""),
            answer="",
            signed=articles,
            printed=(),
        )
        for contact_id, articles in sorted(signed.items())
        if contact_id not in invited and contact_id in names
    ]
    return Authors(
        lines=sorted(lines, key=_order),
        uninvited=sorted(uninvited, key=_order),
        forgotten=reached.forgotten,
    )


def _order(line: AuthorLine) -> tuple[int, str, int]:
    return list(Standing).index(line.standing), line.name.casefold(), line.contact_id


def _signed(
    published: Sequence[CoverageLine], bylines: Mapping[int, Sequence[BylineLine]]
) -> Mapping[int, Sequence[WrittenArticle]]:
    """By contact, the articles whose by-line is or may be theirs."""
    found: dict[int, list[WrittenArticle]] = defaultdict(list)
    for line in published:
        for one in bylines.get(line.article_id, ()):
            if one.decision != Decision.REJECTED:
                found[one.contact_id].append(_article(line, one))
    return found


def _by_outlet(
    published: Sequence[CoverageLine],
) -> Mapping[str, Sequence[WrittenArticle]]:
    found: dict[str, list[WrittenArticle]] = defaultdict(list)
    for line in published:
        for key in sorted(outlet_keys(line.outlet) | outlet_keys(line.outlet_ar)):
            found[key].append(_article(line, None))
    return found


def _of_outlet(
    outlet: str, by_outlet: Mapping[str, Sequence[WrittenArticle]]
) -> Sequence[WrittenArticle]:
    found = {
        one.article_id: one
        for key in sorted(outlet_keys(outlet))
        for one in by_outlet.get(key, ())
    }
    return list(found.values())[:_ARTICLES]


def _article(line: CoverageLine, byline: BylineLine | None) -> WrittenArticle:
    return WrittenArticle(
        coverage_id=line.id,
        article_id=line.article_id,
        title=line.title,
        language=line.language,
        outlet=line.outlet,
        outlet_ar=line.outlet_ar,
        author=line.author,
        byline=byline,
    )


def _line(
    *,
    contact_id: int,
    name: str,
    outlet: str,
    answer: str,
    signed: Sequence[WrittenArticle],
    printed: Sequence[WrittenArticle],
) -> AuthorLine:
    if any(one.byline is not None and one.byline.counts for one in signed):
        standing = Standing.WROTE
    elif signed:
        standing = Standing.ASKED
    elif printed:
        standing = Standing.OUTLET
    else:
        standing = Standing.SILENT
    return AuthorLine(
        contact_id=contact_id,
        name=name,
        outlet=outlet,
        answer=answer,
        standing=standing,
        articles=tuple(signed or printed),
    )

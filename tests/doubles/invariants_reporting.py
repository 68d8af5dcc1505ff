"""R1 and R2 as checks: each answers (what is broken, the rows that show it)."""

from collections import Counter
from dataclasses import replace

from report_readers import text_of
from sqlalchemy import func, select

import core.reporting.formats
from app.reviews import editions
from app.reviews.mailing import about
from app.reviews.models import Edition, PrintedArticle
from app.reviews.states import EditionState, may_follow
from core.catalogue import members
from core.i18n import words
from core.reporting.naming import figure_text
from core.values import Language
from distributor.models import Body, Delivery, Dispatch

# They carry the articles and no figures of the whole.
_WITHOUT_FIGURES = frozenset({"csv", "rss"})
_EXACT = frozenset({"json", "xlsx"})


def what_is_frozen_stays(look):
    """The witness saw an edition or a mail rewritten after it was sealed, or a wild move."""
    for move in look.moves:
        if move.what in {"body", "body_file"}:
            yield "a mail changed after it was sealed", move._asdict()
        if move.what != "edition":
            continue
        if move.after in {"rewritten", "removed"}:
            yield f"a {move.before} edition was {move.after}", move._asdict()
        elif not may_follow(EditionState(move.before), EditionState(move.after)):
            yield "an edition moved as the table does not say", move._asdict()


def an_article_is_printed_once(look):
    """Across editions; a version that replaces another is the same edition."""
    memory = look.memory
    rows = look.session.scalars(
        select(Edition)
        .where(Edition.frozen_at.is_not(None), Edition.id.not_in(memory.editions))
        .order_by(Edition.id)
    )
    for row in rows:
        memory.editions.add(row.id)
        if not row.content:
            continue
        counted = Counter(_articles(editions.report_of(row)))
        for article, times in counted.items():
            key = memory.printed.setdefault(article, row.key)
            if times > 1 or key != row.key:
                yield (
                    "an article is printed twice",
                    {
                        "article": article,
                        "in": [key, row.key],
                    },
                )
        kept = set(
            look.session.scalars(
                select(PrintedArticle.article_id).where(
                    PrintedArticle.article_id.in_(counted)
                )
            )
        )
        # The monitor may have found that two articles are one, and forgotten the second.
        if row.state == EditionState.FROZEN and counted.keys() - kept:
            yield (
                "a printed article is not remembered",
                {
                    "edition": row.key,
                    "articles": sorted(counted.keys() - kept),
                },
            )


def _articles(report):
    return [
        article
        for part in report.sections
        for line in part.lines
        for article in line.articles
    ]


def one_version_stands(look):
    standing = (
        select(Edition.key, func.count().label("times"))
        .where(Edition.state == EditionState.SENT)
        .group_by(Edition.key)
        .having(func.count() > 1)
    )
    for row in look.session.execute(standing):
        yield "two versions of an edition stand", dict(row._mapping)


def an_edition_goes_once_to_each_reader(look):
    asked = (
        select(Dispatch.about, Delivery.address_key, func.count().label("times"))
        .join(Dispatch, Dispatch.id == Delivery.dispatch_id)
        .where(Dispatch.about.like("edition:%"), Delivery.address_key != "")
        .group_by(Dispatch.about, Delivery.address_key)
        .having(func.count() > 1)
    )
    for row in look.session.execute(asked):
        yield "a reader gets an edition twice", dict(row._mapping)


def a_restored_office_sends_no_edition_again(look):
    """By itself, that is: a person who validates one anew has seen the readers' answers."""
    if not look.outside.editions:
        return
    asked = (
        select(Edition.key, Delivery.address_key, Delivery.token)
        .join(Dispatch, Dispatch.about == _named())
        .join(Delivery, Delivery.dispatch_id == Dispatch.id)
        .where(Edition.validated_by == "", Edition.version == 1)
    )
    seen = look.outside.tokens()
    for row in look.session.execute(asked):
        if (row.address_key, row.key) in look.outside.editions and row.token in seen:
            yield "an edition came again after a restore", dict(row._mapping)


def editions_that_went(session, tokens):
    """Who had which, by the mails of the outside: what a restore may not repeat."""
    asked = (
        select(Edition.key, Delivery.address_key, Delivery.token)
        .join(Dispatch, Dispatch.about == _named())
        .join(Delivery, Delivery.dispatch_id == Dispatch.id)
    )
    return {
        (row.address_key, row.key)
        for row in session.execute(asked)
        if row.token in tokens
    }


def _named():
    return func.concat("edition:", Edition.id)


def numbers_agree(session, row, formats=None):
    """R1, for one frozen edition: every format, the mail and the row say the same numbers.

    A second or so for each: asked for by a test, and not at every step.
    """
    report = editions.report_of(row)
    spoken = words(Language.FRENCH)
    said = [figure_text(one, spoken) for one in report.figures]
    shown = replace(report, address=None)
    for name, made in members(core.reporting.formats, "Format").items():
        if name in _WITHOUT_FIGURES or (formats and name not in formats):
            continue
        text = text_of(name, made().write(shown, [spoken]))
        for figure, number in zip(report.figures, said, strict=True):
            value = str(figure.value) if name in _EXACT else number
            if value not in text:
                yield (
                    "a format says another number",
                    {
                        "format": name,
                        "figure": figure.name,
                        "number": value,
                    },
                )
    yield from _mail_agrees(session, row, said)
    values = [one["value"] for one in row.content["figures"]]
    if values != [one.value for one in report.figures]:
        yield "the row has other numbers", {"row": values}


def _mail_agrees(session, row, said):
    """Of a mail to all; a readers' group with sections of its own has its own numbers."""
    bodies = session.scalars(
        select(Body)
        .join(Dispatch, Dispatch.id == Body.dispatch_id)
        .where(Dispatch.about == about(row), Body.language == "fr")
    )
    for body in bodies:
        missing = [
            number
            for number in said
            if number not in body.plain or number not in body.page
        ]
        if missing:
            yield "a mail says other numbers", {"body": body.id, "missing": missing}


ALWAYS = (
    ("R2", what_is_frozen_stays),
    ("R2", an_article_is_printed_once),
    ("R2", one_version_stands),
    ("R2", an_edition_goes_once_to_each_reader),
    ("R2", a_restored_office_sends_no_edition_again),
)
AT_REST = ()

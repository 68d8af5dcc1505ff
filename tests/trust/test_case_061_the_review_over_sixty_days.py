"""The review over sixty days: nothing twice, nothing lost, one number everywhere (R1, R2)."""

import pytest
from invariants_reporting import numbers_agree
from review_ground import SETTINGS, Desk
from sqlalchemy import select

from app.alert_words import NOT_VALIDATED
from app.reviews import editions
from app.reviews.mailing import about
from app.reviews.models import Edition, PrintedArticle
from core.models import Alert
from distributor.models import Body, Delivery, Dispatch

_COMPARED = 6  # editions whose every format is read; each takes a second


@pytest.fixture(params=[1, 2])
def desk(request, database, clock):
    played = Desk(database, clock, request.param)
    played.live()
    return played


def printed(report):
    return [
        article
        for part in report.sections
        for line in part.lines
        for article in line.articles
    ]


def test_sixty_days_of_editions_keep_their_promises(desk):
    with desk.database.read() as session:
        rows = session.scalars(select(Edition).order_by(Edition.id)).all()
        kept = [row for row in rows if row.content]
        reports = {row.id: editions.report_of(row) for row in kept}
        assert len(kept) > 40, "the office edited"
        _keys_and_numbers_are_each_their_own(kept)
        _what_was_sent_went_once_to_each_reader(session, kept)
        _what_is_printed_is_remembered(session, kept, reports)
        told = session.scalars(select(Alert).where(Alert.rule == NOT_VALIDATED)).all()
    assert desk.previews_that_wrote == 0
    assert told, "somebody was late once in sixty days"
    sent = [row for row in kept if row.sent_at is not None]
    for row in sent[:: max(1, len(sent) // _COMPARED)]:
        _one_number_everywhere(desk.database, row, reports[row.id])


def _keys_and_numbers_are_each_their_own(kept):
    assert len({(row.key, row.version) for row in kept}) == len(kept)
    numbers = {row.key: row.number for row in kept}
    assert sorted(numbers.values()) == list(range(1, len(numbers) + 1))
    for row in kept:
        assert (row.version == 1) == (row.because == "")


def _what_was_sent_went_once_to_each_reader(session, kept):
    for row in kept:
        reached = session.scalars(
            select(Delivery.address_key)
            .join(Dispatch, Dispatch.id == Delivery.dispatch_id)
            .where(Dispatch.about == about(row))
        ).all()
        assert len(reached) == len(set(reached))
        assert bool(reached) == (row.sent_at is not None)


def _what_is_printed_is_remembered(session, kept, reports):
    remembered = set(session.scalars(select(PrintedArticle.article_id)))
    assert {one for row in kept for one in printed(reports[row.id])} <= remembered


def _one_number_everywhere(database, row, report):
    """The mail, the page, the PDF, the workbook, JSON and the row say the same (R1)."""
    with database.read() as session:
        assert list(numbers_agree(session, row)) == []
        body = session.scalars(
            select(Body)
            .join(Dispatch, Dispatch.id == Body.dispatch_id)
            .where(Dispatch.about == about(row), Body.language == "fr")
        ).one()
        assert {line.articles for part in report.sections for line in part.lines} == {
            tuple(line["articles"])
            for part in row.content["sections"]
            for line in part["lines"]
        }
    assert SETTINGS.organisation.name in body.page

"""What people say of coverage is kept, taken back and learnt from, on both databases."""

from contextlib import nullcontext

import pytest
from sqlalchemy import select

from core.errors import BadInput, Conflict
from core.models import Outlet, Release
from monitor import coverage, learning
from monitor.matching.values import Attribution, Label, Passage, Reason, ReasonCode
from monitor.models import Article, Coverage, CoverageDecision
from monitor.states import Decision, Rejection

SIGNS = {"core": 0.5, "kind": 1.0, "names": 0.25, "sure": 0.6}


@pytest.fixture
def put(each_database, clock):
    """Store an article and a proposal for release 1; the line's id."""

    def make(number, *, outlet="a", story=None, label=Label.MENTION, score=0.6):
        with each_database.write() as session:
            if session.get(Release, 1) is None:
                session.add(
                    Release(
                        number="1/2026",
                        kind="communique",
                        zone="Africa/Casablanca",
                        created_at=clock.now(),
                    )
                )
            row = session.scalar(select(Outlet).where(Outlet.name == outlet))
            row = row or Outlet(name=outlet)
            session.add(row)
            session.flush()
            article = Article(
                outlet_id=row.id,
                url=f"https://a.test/{number}",
                address_hash=number,
                title=f"Titre {number}",
                title_hash=number,
                first_seen_at=clock.now(),
                full_text="Texte.",
                story_id=story,
            )
            session.add(article)
            session.flush()
            coverage.keep(session, article.id, [found(label, score)], now=clock.now())
            return session.scalar(
                select(Coverage.id).where(Coverage.article_id == article.id)
            )

    return make


def found(label=Label.MENTION, score=0.6, passages=()):
    return Attribution(
        article_id="1",
        release_id="1",
        label=label,
        score=score,
        signs=SIGNS,
        reasons=[Reason(code=ReasonCode.IN_TIME, fields={"days": "1"})],
        passages=passages,
    )


def decide(database, clock, line, decision, **said):
    with database.write() as session:
        coverage.decide(session, line, decision, by="Salma", now=clock.now(), **said)
        learning.rescore(session, line, is_on=True)


def line(database, number):
    with database.read() as session:
        return session.get_one(Coverage, number)


def decisions(database):
    with database.read() as session:
        return session.scalars(select(CoverageDecision)).all()


def test_a_decision_is_kept_with_the_proposal_as_it_was_seen(each_database, clock, put):
    number = put(1)
    decide(
        each_database,
        clock,
        number,
        Decision.REJECTED,
        rejection=Rejection.ANOTHER_EDITION,
    )
    (kept,) = decisions(each_database)
    assert (kept.decision, kept.rejection, kept.by) == (
        "rejected",
        "another-edition",
        "Salma",
    )
    assert (kept.label, kept.score, kept.signs) == ("mention", 0.6, SIGNS)


def test_another_reason_needs_its_words(each_database, clock, put):
    number = put(1)
    with pytest.raises(BadInput, match="needs its reason"):
        decide(each_database, clock, number, Decision.REJECTED)
    assert decisions(each_database) == []
    assert line(each_database, number).decision == "proposed"


def test_a_decision_taken_back_stays_on_record(each_database, clock, put):
    number = put(1)
    decide(each_database, clock, number, Decision.CONFIRMED)
    with each_database.write() as session:
        coverage.take_back(session, number, by="Omar", now=clock.now())
    assert line(each_database, number).decision == "proposed"
    assert [one.decision for one in decisions(each_database)] == [
        "confirmed",
        "proposed",
    ]
    with each_database.write() as session, pytest.raises(Conflict):
        coverage.take_back(session, number, by="Omar", now=clock.now())


def test_a_label_may_be_corrected_while_confirming(each_database, clock, put):
    number = put(1)
    decide(each_database, clock, number, Decision.CONFIRMED, label=Label.REWRITE)
    row = line(each_database, number)
    assert (row.label, row.corrected) == ("mention", "rewrite")


def test_rejecting_lowers_what_is_alike_and_taking_back_restores_it(
    each_database, clock, put
):
    first, second = put(1), put(2)
    decide(
        each_database, clock, first, Decision.REJECTED, rejection=Rejection.ONLY_NAMES
    )
    row = line(each_database, second)
    assert row.score < 0.6
    assert row.score + row.lowered == pytest.approx(0.6)
    assert row.reasons[-1]["code"] == "lesson"
    with each_database.write() as session:
        coverage.take_back(session, first, by="Salma", now=clock.now())
        learning.rescore(session, first, is_on=True)
    row = line(each_database, second)
    assert row.score == pytest.approx(0.6)
    assert [one["code"] for one in row.reasons] == ["in-time"]


def test_a_proposal_that_holds_no_more_is_withdrawn_and_comes_back(
    each_database, clock, put
):
    number = put(1)
    article = line(each_database, number).article_id
    with each_database.write() as session:
        coverage.keep(session, article, [], now=clock.now(), considered={1})
    assert line(each_database, number).decision == "withdrawn"
    with each_database.write() as session:
        new = coverage.keep(
            session, article, [found()], now=clock.now(), considered={1}
        )
    assert new == 0
    assert line(each_database, number).decision == "proposed"


def test_a_line_that_a_person_decides_meanwhile_is_not_withdrawn(
    each_database, clock, put
):
    """On SQLite nobody else writes meanwhile."""
    number = put(1)
    article = line(each_database, number).article_id
    alone = each_database.engine.dialect.name == "sqlite"

    def none_after_a_decision(session):
        with nullcontext(session) if alone else each_database.write() as other:
            coverage.decide(
                other, number, Decision.CONFIRMED, by="Salma", now=clock.now()
            )
        yield from ()

    with each_database.write() as session:
        found_none = none_after_a_decision(session)
        coverage.keep(session, article, found_none, now=clock.now(), considered={1})
    assert line(each_database, number).decision == "confirmed"


def test_nothing_is_withdrawn_when_the_text_is_forgotten(each_database, clock, put):
    number = put(1)
    with each_database.write() as session:
        coverage.keep(
            session, session.get_one(Coverage, number).article_id, [], now=clock.now()
        )
    assert line(each_database, number).decision == "proposed"


def test_a_decided_line_keeps_its_label_and_gets_fresh_evidence(
    each_database, clock, put
):
    number = put(1)
    decide(each_database, clock, number, Decision.CONFIRMED)
    passage = Passage(start=0, end=5, language="fr", release_start=0, release_end=5)
    with each_database.write() as session:
        coverage.keep(
            session,
            session.get_one(Coverage, number).article_id,
            [found(Label.REPRINT, 0.99, [passage])],
            now=clock.now(),
            considered={1},
        )
    row = line(each_database, number)
    assert (row.label, row.score, row.decision) == ("mention", 0.6, "confirmed")
    assert row.passages[0]["end"] == 5


def test_copies_of_a_story_are_those_still_open(each_database, clock, put):
    first, second, third = (put(n, outlet=f"o{n}", story=7) for n in (1, 2, 3))
    put(4, outlet="o4")
    decide(each_database, clock, third, Decision.CONFIRMED)
    with each_database.read() as session:
        assert coverage.copies(session, first) == [second]


def test_what_lessons_took_is_given_back_when_they_are_switched_off(
    each_database, clock, put
):
    first, second = put("1"), put("2")
    decide(
        each_database,
        clock,
        first,
        Decision.REJECTED,
        rejection=Rejection.ANOTHER_EDITION,
    )
    assert line(each_database, second).lowered > 0
    with each_database.write() as session:
        learning.rescore(session, first, is_on=False)
    row = line(each_database, second)
    assert (row.lowered, row.score) == (0, pytest.approx(0.6))
    assert ReasonCode.LESSON not in {one["code"] for one in row.reasons}


def test_copies_that_were_decided_together_are_found_again(each_database, clock, put):
    first, copy, other = put("1", story=7), put("2", story=7), put("3", story=8)
    for one in (first, copy, other):
        decide(each_database, clock, one, Decision.CONFIRMED)
    with each_database.read() as session:
        assert coverage.decided_with(session, first) == [copy]

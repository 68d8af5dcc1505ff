"""What is found in stored articles: coverage, stories, and what is followed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from listening_makers import PARAGRAPHS, a_release, a_source, an_entry, stored
from sqlalchemy import delete, select

from core.errors import BadInput
from core.models import Version
from monitor import coverage, report, search, watches
from monitor.intake import leaving
from monitor.learning import Learning
from monitor.models import (
    Article,
    Coverage,
    LookBack,
    Sighting,
    Watch,
    WatchMatch,
)
from monitor.releases import Releases
from monitor.sifting import Sifter, Watching
from monitor.states import Decision, TextFrom
from monitor.stories import Stories
from monitor.watches import WatchHit

PRINTED = "\n\n".join(PARAGRAPHS)


@pytest.fixture
def sifter(database, clock):
    return Sifter(
        database=database,
        clock=clock,
        timer=clock,
        releases=Releases(database),
        watching=Watching(database),
        stories=Stories(database),
        learning=Learning(database),
    )


@pytest.fixture
def printed(database, clock):
    """Store an article of an outlet that prints *text*; its id."""

    def make(outlet="a", text=PRINTED, name="1"):
        with database.write() as session:
            source_id = a_source(
                session,
                clock,
                outlet=outlet,
                host=f"{outlet}.test",
                path=f"/{outlet}{name}",
            )
            stored(
                session,
                clock,
                source_id,
                an_entry(name, "Agences urbaines à Rabat", host=f"{outlet}.test"),
            )
            article = session.scalars(
                select(Article).order_by(Article.id.desc())
            ).first()
            article.full_text, article.text_from = text, TextFrom.PAGE.value
            article.reads, article.next_read_at = 1, None
            article.sift_at = clock.stamp()
            return article.id

    return make


def release(database, clock, **given):
    with database.write() as session:
        return a_release(session, clock, **given)


def say_more(database, release_id):
    """Add what PRINTED says, in another version."""
    with database.write() as session:
        session.add(
            Version(
                release_id=release_id,
                language="en",
                title="Rencontre des agences urbaines",
                body=PRINTED,
                file_name="a.en.md",
            )
        )


def lines(database, release_id=None):
    with database.read() as session:
        return report.coverage(session, release_id=release_id)


def article(database, article_id):
    with database.read() as session:
        return session.get_one(Article, article_id)


def test_a_reprint_becomes_coverage_with_its_passages(sifter, printed, database, clock):
    release_id = release(database, clock)
    printed()
    assert sifter.run_due().new == 1
    (line,) = lines(database, release_id)
    with database.read() as session:
        evidence = report.evidence(session, line.id)
    assert line.label == "reprint"
    shown, kept = (
        next(one.text for one in side if one.number == 1)
        for side in (evidence.article, evidence.versions["fr"])
    )
    assert shown.casefold().split() == kept.casefold().split()


def test_an_article_is_sifted_once_and_its_language_is_known(sifter, printed, database):
    article_id = printed()
    assert sifter.run_due().articles == 1
    assert sifter.run_due().articles == 0
    assert (
        article(database, article_id).language,
        article(database, article_id).sift_at,
    ) == (
        "fr",
        None,
    )


def test_what_a_killed_worker_took_is_sifted_by_the_next(
    sifter, printed, database, clock
):
    release(database, clock)
    article_id = printed()
    with database.write() as session:
        session.get_one(Article, article_id).sift_at = clock.stamp() + timedelta(
            minutes=5
        )
    assert sifter.run_due().articles == 0
    clock.wait(timedelta(minutes=6))
    assert sifter.run_due().new == 1


def test_copies_of_one_text_share_a_story(sifter, printed, database, clock):
    release(database, clock)
    first = printed("a")
    sifter.run_due()
    clock.wait(timedelta(minutes=10))
    second = printed("b")
    sifter.run_due()
    assert (
        article(database, first).story_id == article(database, second).story_id == first
    )


def test_a_copy_dated_to_a_day_is_no_origin(sifter, printed, database, clock):
    release(database, clock)
    with_hour, copy = printed("a"), printed("b")
    with database.write() as session:
        first = session.get_one(Article, with_hour)
        first.published_at = clock.now() - timedelta(hours=2)
        second = session.get_one(Article, copy)
        second.published_at = clock.now().replace(hour=0)
        second.published_as = "day"
    sifter.run_due()
    assert article(database, copy).story_id == with_hour


def test_a_covering_article_is_read_again(sifter, printed, database, clock):
    release(database, clock)
    covering, other = printed("a"), printed("b", text="La pluie revient à Fès ce soir.")
    sifter.run_due()
    assert article(database, covering).next_read_at == clock.now() + timedelta(hours=1)
    assert article(database, other).next_read_at is None


def test_a_covering_article_that_was_only_skimmed_is_read_with_care(
    sifter, printed, database, clock
):
    release(database, clock)
    article_id = printed()
    with database.write() as session:
        session.get_one(Article, article_id).text_from = TextFrom.SCREEN
    sifter.run_due()
    assert article(database, article_id).next_read_at == clock.now()


def test_a_release_added_later_looks_back(sifter, printed, database, clock):
    printed()
    sifter.run_due()
    release_id = release(database, clock)
    assert sifter.look_back() == 1
    assert len(lines(database, release_id)) == 1
    assert sifter.look_back() == 0
    with database.read() as session:
        assert session.get_one(LookBack, release_id).done_at == clock.now()


def test_a_look_back_that_was_cut_off_goes_on(sifter, printed, database, clock):
    for number in range(3):
        printed(f"o{number}")
    sifter.run_due()
    release_id = release(database, clock)
    with database.write() as session:
        session.add(LookBack(release_id=release_id, seal="1:1", reached_id=2))
    assert sifter.look_back() == 1, "only the article behind the second was left"


def test_releases_that_came_together_look_back_together(
    sifter, printed, database, clock
):
    printed()
    sifter.run_due()
    for number in ("1/2026", "2/2026"):
        release(database, clock, number=number)
    assert sifter.look_back() == 2
    with database.read() as session:
        rows = session.scalars(select(LookBack)).all()
    assert [row.done_at for row in rows] == [clock.now()] * 2


def test_what_comes_in_is_sifted_before_a_look_back_is_over(
    sifter, printed, database, clock
):
    for number in range(26):
        printed(f"o{number}", text="La pluie revient à Fès.")
    sifter.run_due()
    release(database, clock)
    late = printed("late")
    with database.write() as session:
        # The look back itself would find it.
        session.add(LookBack(release_id=1, seal="1:1", reached_id=late - 1))
    waiting = printed("later", text="La pluie revient à Fès.")
    assert sifter.look_back() == 1
    assert article(database, waiting).sift_at is None


def test_an_article_that_joined_another_meanwhile_breaks_nothing(
    sifter, printed, database, clock
):
    release(database, clock)
    kept, joined = printed(), printed("b")

    class Late(Watching):
        """Another worker reads its page while it is matched."""

        def matches(self, articles):
            with database.write() as session:
                session.execute(delete(Sighting).where(Sighting.article_id == joined))
                leaving.leave(session, joined)
                session.execute(delete(Article).where(Article.id == joined))
            removed = 7
            return [
                WatchHit(watch_id=removed, article_id=one.id, passages=[])
                for one in articles
            ]

    assert replace(sifter, watching=Late(database)).run_due().new == 1
    assert [line.article_id for line in lines(database)] == [kept]


def test_a_release_imported_again_is_looked_back_for_again(
    sifter, printed, database, clock
):
    release_id = release(database, clock)
    sifter.look_back()
    with database.write() as session:
        session.get_one(LookBack, release_id).seal = "of before"
        session.execute(Coverage.__table__.delete())
    printed()
    sifter.run_due()
    with database.write() as session:
        session.execute(Coverage.__table__.delete())
    assert sifter.look_back() == 1


def test_a_persons_decision_outlives_matching_again(sifter, printed, database, clock):
    release(database, clock)
    article_id = printed()
    sifter.run_due()
    with database.write() as session, pytest.raises(BadInput, match="reason"):
        coverage.decide(
            session, 1, Decision.REJECTED, by="Amal", because=" ", now=clock.now()
        )
    with database.write() as session:
        coverage.decide(
            session, 1, Decision.REJECTED, by="Amal", because="2017", now=clock.now()
        )
        session.get_one(Article, article_id).sift_at = clock.stamp()
    assert sifter.run_due().new == 0
    (line,) = lines(database)
    assert line.decision == "rejected"


def test_a_text_that_is_not_stored_yet_can_be_asked_about(sifter, database, clock):
    assert not sifter.is_wanted("Agences urbaines", PRINTED)
    release(database, clock)
    assert sifter.is_wanted("Agences urbaines", PRINTED)
    assert not sifter.is_wanted("Météo", "La pluie revient à Fès ce soir.")


def watch(database, clock, query):
    with database.write() as session:
        watches.add(session, name=query, query=query, by="Amal", now=clock.now())


def watched(database):
    with database.read() as session:
        return session.execute(
            select(WatchMatch.article_id, Watch.query)
            .join(Watch)
            .order_by(WatchMatch.id)
        ).all()


def test_an_article_is_found_by_its_watches_and_by_a_search(
    sifter, printed, database, clock
):
    watch(database, clock, '"agences urbaines" AND Bouregreg')
    article_id = printed()
    printed("b", text="La pluie revient à Fès ce soir.")
    sifter.run_due()
    assert watched(database) == [(article_id, '"agences urbaines" AND Bouregreg')]
    with database.read() as session:
        found = search.search(session, "guichets uniques")
    assert [hit.article_id for hit in found.hits] == [article_id]


def test_a_watch_added_later_looks_back(sifter, printed, database, clock):
    article_id = printed()
    sifter.run_due()
    watch(database, clock, "Bouregreg")
    sifter.look_back()
    assert watched(database) == [(article_id, "Bouregreg")]


def test_an_article_that_is_sifted_again_answers_a_watch_once(
    sifter, printed, database, clock
):
    watch(database, clock, "Bouregreg")
    article_id = printed()
    for _ in range(2):
        sifter.run_due()
        with database.write() as session:
            session.get_one(Article, article_id).sift_at = clock.stamp()
    assert len(watched(database)) == 1


def test_a_text_that_answers_a_watch_is_wanted(sifter, database, clock):
    watch(database, clock, "pluie")
    assert sifter.is_wanted("Météo", "La pluie revient à Fès ce soir.")


@pytest.mark.parametrize("is_new", [True, False], ids=["new", "changed"])
def test_what_another_worker_found_of_a_newer_release_stays(
    sifter, printed, database, clock, is_new
):
    """A sifter that read its releases before knows nothing of the newest text."""
    old = release(database, clock, number="1/2026", paragraphs=["Rien de commun."])
    newer = []

    class Late(Learning):
        def apply(self, found, **of):
            if not newer:
                newer.append(
                    release(database, clock, number="2/2026") if is_new else old
                )
                if not is_new:
                    say_more(database, old)
                assert replace(sifter, releases=Releases(database)).look_back() == 1
            # Of the text of before nothing holds.
            return []

    printed()
    replace(sifter, learning=Late(database)).run_due()
    assert [line.decision for line in lines(database, newer[0])] == ["proposed"]

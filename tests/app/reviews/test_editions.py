from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select

from app.alert_words import NOT_SENT, NOT_VALIDATED
from app.reviews import calendar, drafting, editions
from app.reviews.edits import Edits, essential
from app.reviews.models import Edition, PrintedArticle
from app.reviews.ticking import Ticking
from app.reviews.ticking import job as ticking_job
from core.alerts import open_alerts
from core.errors import BadInput, Conflict
from core.models import Outlet, Release, Version
from core.settings import Settings
from core.values import Language
from distributor.models import Contact
from monitor.models import Article, Byline, Coverage, Poll, Source

DAY = date(2026, 11, 24)


@pytest.fixture
def settings():
    return Settings()


def an_article(session, outlet, *, number, at, story=None, release=None):
    article = Article(
        outlet_id=outlet.id,
        url=f"https://outlet.test/{number}",
        address_hash=number,
        title=f"Titre {number}",
        title_hash=number,
        language="fr",
        published_at=at,
        first_seen_at=at,
        excerpt="x" * 400,
        story_id=story,
    )
    session.add(article)
    session.flush()
    if release is not None:
        session.add(
            Coverage(
                article_id=article.id,
                release_id=release.id,
                label="reprint",
                score=0.9,
                reasons=[],
                passages=[],
                found_at=at,
                decision="proposed",
            )
        )
        session.flush()
    return article


@pytest.fixture
def newsroom(each_database, clock):
    """A release, two outlets' copies of one story, one source read and one blocked."""
    database, now = each_database, clock.now()
    with database.write() as session:
        release = Release(
            number="112/2026",
            kind="communique",
            zone="Africa/Casablanca",
            created_at=now,
        )
        release.versions = [
            Version(language="fr", title="Rencontre", body="Texte", file_name="a.fr.md")
        ]
        outlet, another = Outlet(name="Le Quotidien"), Outlet(name="Le Soir")
        session.add_all([release, outlet, another])
        session.flush()
        early = now - timedelta(hours=6)
        first = an_article(session, outlet, number=1, at=early, release=release)
        first.story_id = first.id
        an_article(
            session,
            another,
            number=2,
            at=early + timedelta(minutes=5),
            story=first.id,
            release=release,
        )
        for url, outcome, state in (
            ("https://a.test/feed", "read", "ok"),
            ("https://b.test/feed", "blocked", "blocked"),
        ):
            source = Source(
                outlet_id=outlet.id,
                kind="feed",
                url=url,
                options={},
                state=state,
                state_since=early,
                interval_seconds=600,
                next_poll_at=now,
            )
            session.add(source)
            session.flush()
            session.add(Poll(source_id=source.id, began_at=early, outcome=outcome))
    return database


def slot(day, settings, name=""):
    zone = settings.organisation.zone
    return calendar.by_key(f"{day.isoformat()}{name}", settings.review, zone)


def frozen(database, settings, day, now, name=""):
    with database.write() as session:
        row = editions.freeze(
            session, slot(day, settings, name), settings=settings, now=now
        )
        return None if row is None else row.state


def shown(database, settings, day, now, name=""):
    with database.read() as session:
        return editions.preview(
            session, slot(day, settings, name), settings=settings, now=now
        )


def newest(database, day=DAY, name="morning"):
    with database.read() as session:
        return editions.edition(session, f"{day.isoformat()}/{name}")


def validated(database, now, day=DAY):
    with database.write() as session:
        row = editions.edition(session, f"{day.isoformat()}/morning")
        editions.validate(row, by="Salma", now=now)


class Post:
    """Takes what is given to the distributor."""

    def __init__(self):
        self.taken = []

    def compose(self, session, row):
        return ()

    def send(self, session, row, mails, now):
        self.taken.append((row.key, row.version))


def ticking(database, clock, settings, post=None):
    return ticking_job(
        Ticking(database=database, clock=clock, settings=settings, post=post or Post())
    )


def test_copies_of_one_story_are_one_line(newsroom, settings, clock):
    report = shown(newsroom, settings, DAY, clock.now())
    (releases,) = (part for part in report.sections if part.key == "releases")
    (line,) = releases.lines
    assert (line.title, line.copies) == ("Titre 1", 1)


def test_an_outlet_that_prints_a_text_twice_is_no_further_copy(
    newsroom, settings, clock
):
    with newsroom.write() as session:
        first, copy = session.scalars(select(Article).order_by(Article.id))
        copy.outlet_id = first.outlet_id
    report = shown(newsroom, settings, DAY, clock.now())
    (releases,) = (part for part in report.sections if part.key == "releases")
    (line,) = releases.lines
    assert (line.title, line.copies) == ("Titre 1", 0)


def test_a_review_quotes_no_more_than_the_setting_allows(newsroom, settings, clock):
    report = shown(newsroom, settings, DAY, clock.now())
    (releases,) = (part for part in report.sections if part.key == "releases")
    assert len(releases.lines[0].excerpt) == 300


def test_the_review_says_how_many_sources_were_read(newsroom, settings, clock):
    report = shown(newsroom, settings, DAY, clock.now())
    assert (report.completeness.read, report.completeness.total) == (1, 2)
    assert [source.state for source in report.completeness.silent] == ["blocked"]


def test_a_preview_consumes_nothing(newsroom, settings, clock):
    first = shown(newsroom, settings, DAY, clock.now())
    assert shown(newsroom, settings, DAY, clock.now()) == first


def test_an_edition_is_frozen_once(newsroom, settings, clock):
    assert frozen(newsroom, settings, DAY, clock.now()) == "frozen"
    assert frozen(newsroom, settings, DAY, clock.now()) is None


def test_a_frozen_edition_no_longer_changes(newsroom, settings, clock):
    before = shown(newsroom, settings, DAY, clock.now())
    frozen(newsroom, settings, DAY, clock.now())
    with newsroom.write() as session:
        for coverage in session.query(Coverage):
            coverage.decision = "rejected"
    after = shown(newsroom, settings, DAY, clock.now() + timedelta(hours=1))
    assert after == replace(before, number=1)


def test_an_article_appears_once_across_editions(newsroom, settings, clock):
    frozen(newsroom, settings, DAY, clock.now())
    following = shown(newsroom, settings, DAY + timedelta(days=1), clock.now())
    assert [line for part in following.sections for line in part.lines] == []


def test_an_article_printed_since_the_draft_is_not_printed_again(
    newsroom, settings, clock
):
    """A draft is composed before the transaction that freezes it."""
    with newsroom.read() as session:
        composed = drafting.draft(
            session, slot(DAY, settings), settings=settings, now=clock.now()
        )
    drafted = {
        one
        for part in composed.sections
        for line in part.lines
        for one in line.articles
    }
    with newsroom.write() as session:
        other = editions.edit(session, slot(DAY - timedelta(days=1), settings), Edits())
        session.add_all(
            PrintedArticle(article_id=one, edition_id=other.id) for one in drafted
        )
    with newsroom.write() as session:
        row = editions.freeze(
            session,
            slot(DAY, settings),
            settings=settings,
            now=clock.now(),
            composed=composed,
        )
        assert (len(drafted), row.state) == (2, "skipped")


def test_what_came_too_late_for_its_edition_is_caught_up_by_the_next(
    newsroom, settings, clock
):
    frozen(newsroom, settings, DAY, clock.now())
    with newsroom.write() as session:
        outlet = session.scalars(select(Outlet)).first()
        release = session.scalars(select(Release)).one()
        published = slot(DAY, settings).since + timedelta(minutes=5)
        article = an_article(session, outlet, number=9, at=published, release=release)
        article.first_seen_at = clock.now() + timedelta(hours=1)
        line = session.scalar(select(Coverage).where(Coverage.article_id == article.id))
        line.found_at = article.first_seen_at
    following = shown(newsroom, settings, DAY + timedelta(days=1), clock.now())
    (part,) = (part for part in following.sections if part.lines)
    assert (part.key, part.lines[0].title) == ("catching-up", "Titre 9")


def test_an_edition_is_frozen_at_its_hour_and_not_before(newsroom, settings, clock):
    job = ticking(newsroom, clock, settings)
    clock.move_to(datetime(2026, 11, 24, 7, 29, tzinfo=UTC))
    assert job.run() == 0
    assert job.next_due() == datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
    clock.move_to(datetime(2026, 11, 24, 7, 30, tzinfo=UTC))
    assert job.run() == 1
    assert job.run() == 0
    assert job.next_due() == datetime(2026, 11, 24, 7, 45, tzinfo=UTC)


def test_no_edition_falls_on_a_weekend(newsroom, settings, clock):
    job = ticking(newsroom, clock, settings)
    clock.move_to(datetime(2026, 11, 28, 10, tzinfo=UTC))
    assert job.run() == 0
    assert job.next_due() == datetime(2026, 11, 30, 7, 30, tzinfo=UTC)


def test_a_validated_edition_leaves_at_its_hour_once(newsroom, settings, clock):
    post = Post()
    job = ticking(newsroom, clock, settings, post)
    frozen(newsroom, settings, DAY, clock.now())
    validated(newsroom, clock.now())
    clock.move_to(datetime(2026, 11, 24, 7, 59, tzinfo=UTC))
    job.run()
    assert post.taken == []
    clock.move_to(datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
    job.run()
    job.run()
    assert post.taken == [("2026-11-24/morning", 1)]
    assert newest(newsroom).state == "sent"


def test_what_nobody_validated_is_held_and_the_duty_officer_is_told(
    newsroom, settings, clock
):
    post = Post()
    job = ticking(newsroom, clock, settings, post)
    frozen(newsroom, settings, DAY, clock.now())
    clock.move_to(datetime(2026, 11, 24, 7, 45, tzinfo=UTC))
    job.run()
    with newsroom.read() as session:
        (alert,) = open_alerts(session, rules=[NOT_VALIDATED])
    assert alert.fields == {"day": "2026-11-24", "hour": "08:00"}
    clock.move_to(datetime(2026, 11, 24, 9, tzinfo=UTC))
    job.run()
    assert (post.taken, newest(newsroom).state) == ([], "frozen")
    validated(newsroom, clock.now())
    job.run()
    assert (len(post.taken), newest(newsroom).state) == (1, "sent")
    with newsroom.read() as session:
        assert open_alerts(session, rules=[NOT_VALIDATED]) == []


def test_an_office_may_send_what_nobody_read_and_it_says_so(newsroom, clock):
    settings = Settings(review={"unvalidated": "send"})
    post = Post()
    job = ticking(newsroom, clock, settings, post)
    frozen(newsroom, settings, DAY, clock.now())
    clock.move_to(datetime(2026, 11, 24, 8, tzinfo=UTC))
    job.run()
    row = newest(newsroom)
    assert (row.state, editions.report_of(row).limits) == (
        "sent",
        (editions.NOT_VALIDATED,),
    )


def test_an_edition_whose_period_still_runs_is_not_frozen(newsroom, settings, clock):
    tomorrow = DAY + timedelta(days=1)
    with pytest.raises(Conflict, match="still come in"):
        frozen(newsroom, settings, tomorrow, clock.now())
    assert newest(newsroom, tomorrow) is None


def test_what_a_person_wrote_before_the_freeze_is_in_it(newsroom, settings, clock):
    article = 1
    changes = Edits(essentials=(essential({Language.FRENCH: "Un mot."}, [article]),))
    with newsroom.write() as session:
        editions.edit(session, slot(DAY, settings), changes)
    frozen(newsroom, settings, DAY, clock.now())
    validated(newsroom, clock.now())
    report = editions.report_of(newest(newsroom))
    assert [one.said[0].text for one in report.essentials] == ["Un mot."]
    assert report.validated_by == "Salma"


def test_a_validated_edition_is_edited_only_after_it_is_reopened(
    newsroom, settings, clock
):
    frozen(newsroom, settings, DAY, clock.now())
    validated(newsroom, clock.now())
    with newsroom.write() as session, pytest.raises(Conflict):
        editions.edit(session, slot(DAY, settings), Edits())
    with newsroom.write() as session:
        editions.reopen(editions.edition(session, "2026-11-24/morning"))
    with newsroom.write() as session:
        editions.edit(session, slot(DAY, settings), Edits(left_out=frozenset({1})))
    assert editions.report_of(newest(newsroom)).sections[0].lines == ()


def test_a_correction_is_version_two_and_replaces_the_first(newsroom, settings, clock):
    post = Post()
    job = ticking(newsroom, clock, settings, post)
    frozen(newsroom, settings, DAY, clock.now())
    validated(newsroom, clock.now())
    clock.move_to(datetime(2026, 11, 24, 8, tzinfo=UTC))
    job.run()
    with newsroom.write() as session:
        first = editions.edition(session, "2026-11-24/morning")
        session.scalars(select(Coverage)).first().decision = "rejected"
        session.flush()
        editions.correct(
            session,
            first,
            because="Un article ne parlait pas de nous.",
            settings=settings,
            now=clock.now(),
        )
    job.run()
    assert post.taken == [("2026-11-24/morning", 1)]
    validated(newsroom, clock.now())
    job.run()
    assert post.taken[-1] == ("2026-11-24/morning", 2)
    report = editions.report_of(newest(newsroom))
    assert (report.number, report.version) == (1, 2)
    assert report.because == "Un article ne parlait pas de nous."
    with newsroom.read() as session:
        states = session.scalars(select(Edition.state).order_by(Edition.version)).all()
    assert states == ["replaced", "sent"]


def test_a_correction_needs_a_reason_and_something_to_replace(
    newsroom, settings, clock
):
    frozen(newsroom, settings, DAY, clock.now())
    with newsroom.write() as session:
        row = editions.edition(session, "2026-11-24/morning")
        for because, error in (("  ", BadInput), ("faux", Conflict)):
            with pytest.raises(error):
                editions.correct(
                    session, row, because=because, settings=settings, now=clock.now()
                )


@pytest.mark.parametrize(("wanted", "state"), [(False, "skipped"), (True, "frozen")])
def test_an_empty_edition_is_made_only_where_the_office_wants_it(
    database, clock, wanted, state
):
    settings = Settings(review={"empty": wanted})
    assert frozen(database, settings, DAY, clock.now()) == state


def test_a_flash_with_too_little_is_skipped_and_takes_nothing(
    newsroom, settings, clock
):
    clock.move_to(datetime(2026, 11, 24, 13, tzinfo=UTC))
    flash = frozen(newsroom, settings, DAY, clock.now(), "/flash-1300")
    assert flash == "skipped"
    morning = shown(newsroom, settings, DAY, clock.now())
    assert sum(len(part.lines) for part in morning.sections) == 1


def test_a_number_is_beside_that_of_the_edition_before(newsroom, settings, clock):
    post = Post()
    frozen(newsroom, settings, DAY, clock.now())
    validated(newsroom, clock.now())
    clock.move_to(datetime(2026, 11, 24, 8, tzinfo=UTC))
    ticking(newsroom, clock, settings, post).run()
    following = shown(newsroom, settings, DAY + timedelta(days=1), clock.now())
    every = next(one for one in following.figures if one.name == "all")
    assert (every.value, every.before) == (0, 2)


def test_two_workers_freeze_one_edition(newsroom, settings, clock):
    clock.move_to(datetime(2026, 11, 24, 7, 30, tzinfo=UTC))
    workers = [ticking(newsroom, clock, settings) for _ in range(2)]
    barrier = Barrier(2)

    def work(job):
        barrier.wait()
        return job.run()

    with ThreadPoolExecutor(2) as threads:
        assert sum(threads.map(work, workers)) == 1
    with newsroom.read() as session:
        assert session.scalar(select(func.count()).select_from(Edition)) == 1


def test_an_edition_that_cannot_be_sent_says_why_and_goes_when_it_can(
    newsroom, settings, clock
):
    class Broken(Post):
        def send(self, session, row, mails, now):
            if not self.taken:
                self.taken.append("tried")
                raise BadInput("No channel.", to="channel", mend="Set one up.")
            super().send(session, row, mails, now)

    job = ticking(newsroom, clock, settings, Broken())
    frozen(newsroom, settings, DAY, clock.now())
    validated(newsroom, clock.now())
    clock.move_to(datetime(2026, 11, 24, 8, tzinfo=UTC))
    job.run()
    with newsroom.read() as session:
        (alert,) = open_alerts(session, rules=[NOT_SENT])
    assert "No channel." in alert.fields["reason"]
    assert newest(newsroom).state == "validated"
    job.run()
    assert newest(newsroom).state == "sent"
    with newsroom.read() as session:
        assert open_alerts(session, rules=[NOT_SENT]) == []


def test_a_line_names_the_contact_who_wrote_it(newsroom, settings, clock):
    with newsroom.write() as session:
        contact = Contact(
            address="a@b.test",
            address_key="a@b.test",
            name="Nadia Alami",
            languages=["fr"],
            beats=[],
            created_at=clock.now(),
            updated_at=clock.now(),
        )
        session.add(contact)
        session.flush()
        session.add(
            Byline(
                article_id=1,
                contact_id=contact.id,
                name="N. Alami",
                score=0.9,
                reasons=[],
                decision="confirmed",
                found_at=clock.now(),
            )
        )
    report = shown(newsroom, settings, DAY, clock.now())
    assert [one.contact for part in report.sections for one in part.lines] == [
        "Nadia Alami"
    ]

"""The checker sees: whoever breaks a promise by hand is named by it."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from engines import drop_guards
from invariants import ALWAYS, AT_REST, Checker
from outside import Arrival, Outside
from sending_makers import RULES, Box, a_dispatch, a_release, sending, settings
from sqlalchemy import text

from app.audited import PLAN
from app.reviews.models import Edition
from core.journal import Journal, acting
from core.models import Outlet, Release
from distributor.after import corrections
from distributor.contacts.suppression import suppress
from distributor.models import Dispatch
from monitor.models import Article, Poll, Source, Story, Watch

DUE = datetime(2026, 11, 24, 12, tzinfo=UTC)
PEOPLE = 4


@pytest.fixture
def outside():
    return Outside(channels=frozenset({"outbox"}))


@pytest.fixture
def checker(database, clock, ids, outside):
    """It watches a dispatch that is planned."""
    return watching(database, clock, ids, outside)


def watching(database, clock, ids, outside):
    a_dispatch(database, clock=clock, ids=ids, count=PEOPLE)
    return Checker(database, outside, settings=settings(), press=Printed())


@pytest.fixture
def sent(checker, clock, ids, outside):
    """The dispatch left, and the checker looked."""
    clock.move_to(DUE)

    def arrives(message):
        outside.arrived(
            Arrival(
                token=message.token,
                address=message.recipient,
                at=clock.now(),
                channel="outbox",
            )
        )

    box = Box(before=arrives)
    sending(checker.database, clock=clock, ids=ids, channel=box).tick()
    checker.demand_at_rest(now=clock.now())
    return checker


class Printed:
    """A press that published nothing but what a test says."""

    def __init__(self):
        self.watched = {"eau": "eau"}
        self.urls = {}

    def published(self, url):
        return self.urls.get(url)

    def of_feed(self, url):
        del url
        return ()


def by_hand(checker, *statements):
    with checker.database.write() as session:
        for statement in statements:
            session.execute(text(statement))


def broken(checker, clock, *, at_rest=False):
    look = checker.violations_at_rest if at_rest else checker.violations
    return {(one.promise, one.said) for one in look(now=clock.now())}


def test_an_office_that_keeps_its_promises_is_let_be(sent, clock):
    assert sent.violations_at_rest(now=clock.now()) == []


@pytest.mark.parametrize(
    ("statement", "promise", "said"),
    [
        (
            "UPDATE delivery SET state = 'sent' WHERE id = 1",
            "S1",
            "no such state of a delivery",
        ),
        (
            "UPDATE delivery SET state = 'waiting' WHERE id = 1",
            "S1 to S6",
            "taken back although no provider could throw it away",
        ),
        (
            "UPDATE delivery SET state = 'held' WHERE id = 1",
            "S1 to S6",
            "a move that the table does not have",
        ),
        (
            "DELETE FROM attempt WHERE delivery_id = 1",
            "S2",
            "attempts are missing or invented",
        ),
        (
            "UPDATE attempt SET number = 3 WHERE delivery_id = 1",
            "S2",
            "attempts are missing or invented",
        ),
        (
            "UPDATE delivery SET lease = 'x' WHERE id = 1",
            "S2",
            "a lease that nobody may hold",
        ),
        (
            "UPDATE delivery SET state = 'refused' WHERE id = 1",
            "S3",
            "a mail went out and its delivery says no",
        ),
        (
            "UPDATE delivery SET token = 'another' WHERE id = 1",
            "S3",
            "called accepted, and no server has it",
        ),
        (
            "UPDATE delivery SET token = 'another' WHERE id = 1",
            "S3",
            "a mail that nobody planned",
        ),
    ],
)
def test_a_ledger_that_was_bent_is_named(sent, clock, statement, promise, said):
    by_hand(sent, statement)
    assert (promise, said) in broken(sent, clock)


def test_doubts_that_no_death_explains_are_named(sent, clock):
    by_hand(sent, "UPDATE delivery SET state = 'unsure', reason = 'crash' WHERE id = 1")
    assert ("S2", "more are unsure than could be in the air") in broken(sent, clock)


def test_a_mail_that_came_twice_is_named(sent, clock, outside):
    outside.arrived(outside.arrivals[0])
    assert ("S3", "one message was taken twice") in broken(sent, clock)


def arrive(checker, outside, at):
    with checker.database.read() as session:
        token, address = session.execute(
            text("SELECT token, address FROM delivery WHERE id = 1")
        ).one()
    outside.arrived(Arrival(token=token, address=address, at=at, channel="outbox"))


def test_a_mail_before_its_hour_or_after_its_end_is_named(checker, clock, outside):
    arrive(checker, outside, DUE - timedelta(seconds=1))
    assert ("S5", "it left before its hour") in broken(checker, clock)
    arrive(checker, outside, DUE + timedelta(days=9))
    assert ("S5", "it left after its end") in broken(checker, clock)


def test_a_mail_in_its_embargo_or_undo_window_is_named(checker, clock, outside):
    later = DUE + timedelta(minutes=1)
    with checker.database.write() as session:
        session.get_one(Release, 1).embargo_at = later
        session.get_one(Dispatch, 1).undo_until = later
    arrive(checker, outside, DUE)
    assert {
        ("S5", "it left before its embargo ended"),
        ("S5", "it left while it could be undone"),
    } <= broken(checker, clock)


def test_who_is_suppressed_or_stopped_and_mailed_is_named(
    each_database, clock, ids, outside
):
    checker = watching(each_database, clock, ids, outside)
    with checker.database.write() as session:
        suppress(session, "p0@presse.test", reason="asked", now=clock.now())
    checker.demand(now=clock.now())
    by_hand(
        checker,
        "UPDATE delivery SET state = 'sending', lease = 'x', attempts = 1, "
        "leased_until = due_at WHERE address_key = 'p0@presse.test'",
    )
    found = broken(checker, clock)
    assert ("S1 to S6", "a suppressed address is mailed") in found
    assert ("S1 to S6", "a planned dispatch sends on") in found


def test_a_dispatch_that_runs_late_unapproved_or_changed_is_named(checker, clock):
    checker.settings = settings(approval="two-person")
    by_hand(
        checker,
        "UPDATE version SET body = 'Un autre texte.'",
        "UPDATE dispatch SET state = 'running', started_at = deadline_at",
    )
    found = broken(checker, clock)
    assert {
        ("S1 to S6", "it runs with a broken seal"),
        ("S5", "it started after its grace, and nobody said so"),
        ("S5", "it started without a second person"),
    } <= found


def test_a_plan_whose_moment_is_not_its_wall_time_is_named(checker, clock):
    by_hand(checker, "UPDATE dispatch SET due_at = deadline_at")
    assert ("S9", "its moment is not its wall time's") in broken(checker, clock)


def test_a_correction_that_misses_or_exceeds_its_audience_is_named(sent, clock, ids):
    with sent.database.write() as session:
        release = a_release(session, now=clock.now(), number="2/2026")
        release.kind, release.parent_id = "correction", 1
        session.flush()
        corrections.correct(
            session,
            1,
            release_id=release.id,
            wall=None,
            zone="Africa/Abidjan",
            settings=settings(),
            zone_rules=RULES,
            ids=ids,
            now=clock.now(),
        )
    assert broken(sent, clock, at_rest=True) == set()
    by_hand(
        sent,
        "DELETE FROM delivery WHERE dispatch_id = 2 AND address_key = 'p0@presse.test'",
        "UPDATE delivery SET address_key = 'else@presse.test' "
        "WHERE dispatch_id = 2 AND address_key = 'p1@presse.test'",
        "UPDATE dispatch SET state = 'running' WHERE id = 1",
    )
    found = broken(sent, clock, at_rest=True)
    assert {
        ("S8", "a parent may still send"),
        ("S8", "told of what they never had"),
        ("S8", "had it and are not told"),
        ("S1", "it runs and nothing is left to send"),
    } <= found


def test_what_stays_in_the_air_is_named(checker, clock):
    by_hand(
        checker,
        "UPDATE delivery SET state = 'sending', lease = 'x', attempts = 1, "
        "leased_until = due_at WHERE id = 1",
    )
    assert ("S2", "still in the air although nobody sends") in broken(
        checker, clock, at_rest=True
    )


# -- listening -------------------------------------------------------------------------------


def an_article(number, now, **fields):
    return Article(
        **{
            "outlet_id": 1,
            "url": f"https://a.test/{number}",
            "address_hash": number,
            "title": "L'eau du nord",
            "title_hash": number,
            "first_seen_at": now,
        }
        | fields
    )


@pytest.fixture
def heard(checker, clock):
    """An outlet with a source that was read."""
    now = clock.now()
    with checker.database.write() as session:
        session.add(Outlet(id=1, name="Le Quotidien", kind="daily"))
        session.flush()
        session.add(
            Source(
                id=1,
                outlet_id=1,
                kind="feed",
                url="https://a.test/feed",
                options={},
                profile={},
                state="ok",
                state_since=now,
                added_at=now,
                interval_seconds=1800,
                next_poll_at=now,
            )
        )
        session.flush()
        session.add(
            Poll(source_id=1, began_at=now - timedelta(hours=1), outcome="read")
        )
    checker.demand_at_rest(now=now)
    return checker


def add(checker, *rows):
    with checker.database.write() as session:
        for row in rows:
            session.add(row)
            session.flush()


def test_an_article_that_is_there_twice_too_long_or_invented_is_named(heard, clock):
    now = clock.now()
    add(
        heard,
        an_article(1, now, excerpt="x" * 301),
        an_article(2, now, url="https://a.test/1?utm_source=rss"),
        an_article(3, now - timedelta(days=40), full_text="Tout."),
    )
    heard.press.urls = {
        "https://a.test/1": None,
        "https://a.test/3": Told(dates=()),
    }
    by_hand(heard, "UPDATE article SET published_at = first_seen_at WHERE id = 3")
    found = broken(heard, clock, at_rest=True)
    assert {
        ("L2", "one article is kept twice"),
        ("L4", "an article that nobody published"),
        ("L4", "a date that nobody gave"),
        ("L6", "an excerpt is longer than may be kept"),
    } <= found


class Told:
    def __init__(self, dates):
        self.dates = dates


def test_a_full_text_that_is_kept_too_long_is_named(heard, clock):
    add(heard, an_article(1, clock.now() - timedelta(days=40), full_text="Tout."))
    heard.press.urls = {"https://a.test/1": Told(dates=())}
    assert broken(heard, clock, at_rest=True) == {
        ("L6", "a full text is kept too long")
    }


def test_a_story_that_counts_or_begins_wrongly_is_named(heard, clock):
    now = clock.now()
    add(
        heard,
        an_article(1, now - timedelta(hours=2), story_id=1),
        an_article(2, now, story_id=1),
        Story(id=1, origin_id=2, articles=2, first_at=now, last_at=now),
        an_article(3, now, story_id=9),
    )
    heard.press.urls = {f"https://a.test/{one}": Told(dates=()) for one in (1, 2, 3)}
    found = broken(heard, clock)
    assert found == {
        ("L2", "a story's origin is not its earliest"),
        ("L2", "an article is in a story that is not there"),
    }
    by_hand(heard, "UPDATE story SET articles = 7, origin_id = 3")
    found = broken(heard, clock)
    assert {
        ("L2", "a story counts others than it has"),
        ("L2", "a story's origin is not in it"),
    } <= found


def test_a_source_that_fails_and_is_called_well_is_named(heard, clock):
    add(heard, Poll(source_id=1, began_at=clock.now(), outcome="failed"))
    assert ("L3", "it could not be read and is called well") in broken(heard, clock)


def test_a_watch_that_did_not_look_back_is_named(heard, clock):
    add(
        heard,
        an_article(1, clock.now(), title="Le rapport sur eau et forêts"),
        Watch(name="eau", query="eau", created_at=clock.now(), looked_back_to=0),
    )
    heard.press.urls = {"https://a.test/1": Told(dates=())}
    assert ("L5", "a watch did not look at all there is") in broken(
        heard, clock, at_rest=True
    )


# -- reporting and the journal -----------------------------------------------------------------


def an_edition(now, **fields):
    return Edition(
        **{
            "key": "2026-11-24/morning",
            "day": now.date(),
            "number": 1,
            "since": now - timedelta(days=1),
            "until": now,
            "state": "sent",
            "content": {},
        }
        | fields
    )


def test_an_edition_that_is_rewritten_or_stands_twice_is_named(
    each_database, clock, ids, outside
):
    checker = watching(each_database, clock, ids, outside)
    add(checker, an_edition(clock.now()), an_edition(clock.now(), version=2))
    assert broken(checker, clock) == {("R2", "two versions of an edition stand")}
    by_hand(checker, "UPDATE edition SET state = 'replaced' WHERE version = 1")
    assert broken(checker, clock) == set()
    words = json.dumps({"title": "autre"})
    by_hand(checker, f"UPDATE edition SET content = '{words}' WHERE version = 1")  # noqa: S608 - our own words
    assert ("R2", "a replaced edition was rewritten") in broken(checker, clock)
    by_hand(checker, "UPDATE edition SET state = 'frozen' WHERE version = 1")
    assert ("R2", "an edition moved as the table does not say") in broken(
        checker, clock
    )


def test_a_journal_that_was_cut_is_named(checker, clock):
    Journal(plan=PLAN, clock=clock, key="key").listen(checker.database)
    with acting("samira", via="page"):
        add(checker, Outlet(name="Un"), Outlet(name="Deux"))
    checker.demand(now=clock.now())
    checker.memory.link = type(checker.memory.link)()
    with checker.database.engine.begin() as connection:
        drop_guards(connection)
    by_hand(checker, "UPDATE journal_line SET \"by\" = 'karim' WHERE id = 1")
    assert ("journal", "the chain breaks") in broken(checker, clock)


def test_no_check_is_named_twice():
    names = [check.__name__ for _, check in (*ALWAYS, *AT_REST)]
    assert len(names) == len(set(names))

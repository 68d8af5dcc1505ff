"""Collecting returned mail: nothing is put away before what it says is committed."""

import imap_double
import pytest
from returned_makers import dsn, plain
from sending_makers import LINKS, a_dispatch, settings
from sqlalchemy import func, select
from test_mailbox import contents, imap

import distributor.jobs
from core.errors import Unavailable
from distributor.after.bounces import Taken
from distributor.after.collecting import Collecting
from distributor.models import Delivery, Event


@pytest.fixture
def bounce(database, clock, ids):
    """A true bounce of a message that was accepted."""
    a_dispatch(database, clock=clock, ids=ids)
    with database.write() as session:
        delivery = session.scalars(select(Delivery)).first()
        delivery.state = "accepted"
        return dsn(envelope_id=delivery.token)


def collecting(box, database, clock):
    return Collecting(
        box, database=database, clock=clock, links=LINKS, settings=settings()
    )


def events(database):
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Event))


def test_what_came_back_is_read_once_and_put_away(database, clock, bounce):
    away = plain(more="Auto-Submitted: auto-replied\n")
    with imap_double.serving(bounce, away, plain()) as server:
        office = collecting(imap(server, done_folder="Done"), database, clock)
        assert office.collect() == {
            Taken.RECORDED: 1,
            Taken.AUTOMATIC: 1,
            Taken.LEFT: 1,
        }
        assert office.tick() == 0
        assert len(server.folders["Done"]) == 2
        assert [kept.flags for kept in server.folders["INBOX"]] == [set()]
    assert events(database) == 1


class NoDatabase:
    """A database whose commit fails."""

    def write(self):
        raise Unavailable("The database cannot be written.")


def test_nothing_is_put_away_when_it_could_not_be_committed(clock, bounce):
    with imap_double.serving(bounce) as server:
        box = imap(server)
        with pytest.raises(Unavailable):
            collecting(box, NoDatabase(), clock).collect()
        assert len(contents(box)) == 1
        assert server.folders["INBOX"][0].flags == set()


def test_a_mail_committed_but_not_put_away_is_a_repetition(database, clock, bounce):
    with imap_double.serving(bounce, cuts=["UID STORE"]) as server:
        office = collecting(imap(server), database, clock)
        with pytest.raises(Unavailable):
            office.collect()
        assert events(database) == 1
        assert office.collect() == {Taken.REPEATED: 1}
        assert office.collect() == {}
    assert events(database) == 1


def test_it_ends_between_two_mails_when_told(database, clock, bounce):
    with imap_double.serving(bounce) as server:
        office = collecting(imap(server), database, clock)
        office.end()
        assert office.collect() == {}


@pytest.mark.parametrize(("bounces", "names"), [({}, 0), ({"maildir": "returns"}, 1)])
def test_returned_mail_is_read_by_the_clock_where_it_has_a_box(
    database, clock, ids, bounces, names
):
    jobs = distributor.jobs.jobs(
        database=database,
        clock=clock,
        timer=clock,
        ids=ids,
        channels={},
        links=LINKS,
        settings=settings(bounces=bounces),
        zone_rules=None,
    )
    assert [job.name for job in jobs].count("bounces") == names
    assert all(job.next_due() is None for job in jobs if job.name == "bounces")

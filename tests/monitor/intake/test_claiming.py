"""What one worker takes, and what it leaves to others."""

from datetime import timedelta

from listening_makers import a_source, an_entry, stored
from sqlalchemy import select, update

from core.jobs import Share
from monitor.intake import claiming
from monitor.models import Article, Source


def claim(database, clock, *, limit=50, token="t"):  # noqa: S107 - a lease
    with database.write() as session:
        return claiming.claim(
            session,
            now=clock.now(),
            stamp=clock.stamp(),
            token=token,
            limit=limit,
            kinds=["feed"],
        )


def test_a_source_being_read_is_not_taken_twice_until_its_lease_ends(
    each_database, clock
):
    with each_database.write() as session:
        source_id = a_source(session, clock)
    assert claim(each_database, clock) == [source_id]
    assert claim(each_database, clock, token="other") == []
    with each_database.read() as session:
        assert session.get_one(Source, source_id).next_poll_at > clock.now()
        due = claiming.next_due(session, now=clock.now(), stamp=clock.stamp())
    assert due == clock.now()
    clock.wait(timedelta(hours=1))
    assert claim(each_database, clock) == [source_id], (
        "a worker that died gives it back"
    )


def test_one_source_of_each_domain_is_asked_at_a_time(each_database, clock):
    with each_database.write() as session:
        first = a_source(session, clock)
        second = a_source(session, clock, path="/urgent")
        other = a_source(session, clock, outlet="B", host="b.test")
    assert set(claim(each_database, clock)) == {first, other}
    assert claim(each_database, clock) == []
    with each_database.write() as session:
        session.execute(
            update(Source)
            .where(Source.id == first)
            .values(
                lease=None,
                leased_until=None,
                next_poll_at=clock.now() + timedelta(hours=1),
            )
        )
    assert claim(each_database, clock) == [second]


def test_a_domain_with_many_sources_holds_nobody_up(each_database, clock):
    with each_database.write() as session:
        for number in range(120):
            a_source(session, clock, path=f"/{number}")
        clock.wait(timedelta(seconds=1))
        last = a_source(session, clock, outlet="B", host="b.test")
    assert last in claim(each_database, clock, limit=20)


def test_the_longest_due_comes_first(each_database, clock):
    with each_database.write() as session:
        ids = [
            a_source(
                session,
                clock,
                outlet=str(hours),
                host=f"{hours}.test",
                next_poll_at=clock.now() - timedelta(hours=hours),
            )
            for hours in (1, 3, 2, -1)
        ]
    assert claim(each_database, clock, limit=2) == [ids[1], ids[2]]


def test_the_newest_few_pages_of_each_outlet_are_read_first(each_database, clock):
    with each_database.write() as session:
        source_id = a_source(session, clock)
        other = a_source(session, clock, outlet="B", host="b.test")
        stored(session, clock, source_id, *(an_entry(str(one)) for one in range(5)))
        stored(session, clock, other, an_entry("x", host="b.test"))

    def read(limit=10):
        with each_database.write() as session:
            return set(
                claiming.claim_reads(
                    session, now=clock.now(), stamp=clock.stamp(), limit=limit
                )
            )

    assert read() == {3, 4, 5, 6}
    assert read() == set(), "an outlet is given to one worker at a time"
    clock.wait(timedelta(hours=1))
    assert read(limit=2) == {5, 6}, "the newest of each, before more of one"


def test_an_article_is_sifted_by_one_worker(each_database, clock):
    with each_database.write() as session:
        source_id = a_source(session, clock)
        stored(session, clock, source_id, *map(an_entry, "abc"), reads_all=False)

    def take(limit):
        with each_database.write() as session:
            return claiming.claim_sifts(session, stamp=clock.stamp(), limit=limit)

    assert sorted(take(2)) == [1, 2]
    assert take(9) == [3]
    assert take(9) == []
    with each_database.write() as session:
        session.execute(update(Article).where(Article.id == 1).values(sift_at=None))
    clock.wait(timedelta(hours=1))
    assert sorted(take(9)) == [2, 3], "what a dead worker held is taken again"


def test_shares_have_nothing_in_common_and_together_are_all(each_database, clock):
    with each_database.write() as session:
        sources = [
            a_source(session, clock, outlet=f"O{number}", host=f"o{number}.test")
            for number in range(7)
        ]
        now, stamp = clock.now(), clock.stamp()
        due = claiming.due_shares(session, 3, now=now, stamp=stamp, kinds=["feed"])
        assert sorted(due) == [0, 1, 2]
        taken = [
            claiming.claim(
                session,
                now=now,
                stamp=stamp,
                token=str(number),
                limit=50,
                kinds=["feed"],
                share=Share(number, 3),
            )
            for number in range(3)
        ]
        left = claiming.due_shares(session, 3, now=now, stamp=stamp, kinds=["feed"])
    assert all(taken)
    assert sorted(one for each in taken for one in each) == sorted(sources)
    assert list(left) == []


def test_a_share_has_its_pages_and_its_sifting(each_database, clock):
    with each_database.write() as session:
        source_id = a_source(session, clock)
        outlet_id = session.get_one(Source, source_id).outlet_id
        stored(session, clock, source_id, an_entry("one"))
        article_id = session.scalars(select(Article.id)).one()
        session.execute(
            update(Article).values(next_read_at=clock.now(), sift_at=clock.stamp())
        )
        now, stamp = clock.now(), clock.stamp()
        own, other = Share(outlet_id % 4, 4), Share((outlet_id + 1) % 4, 4)
        pages = claiming.due_read_shares(session, 4, now=now, stamp=stamp)
        sifts = claiming.due_sift_shares(session, 4, stamp=stamp)
        assert list(pages) == list(sifts) == [own.number]
        for share, found in ((other, []), (own, [article_id])):
            read = claiming.claim_reads(
                session, now=now, stamp=stamp, limit=5, share=share
            )
            sift = claiming.claim_sifts(session, stamp=stamp, limit=5, share=share)
            assert list(read) == list(sift) == found

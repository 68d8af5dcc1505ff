"""The queue: what is open, newest first, copies of one text as one row."""

from listening_makers import a_source

from monitor import triage
from monitor.models import Sighting, Watch, WatchMatch
from monitor.triage import Wanted


def ids(rows):
    return [row.id for row in rows]


def test_the_newest_proposal_stands_first_and_decided_ones_are_gone(desk):
    first, second, third = (desk.put(number) for number in (1, 2, 3))
    desk.act(second, "accept")
    assert ids(desk.queue()) == [third, first]


def test_copies_of_one_text_are_one_row_led_by_the_first_found(each_desk):
    leader = each_desk.put(1, story=7)
    alone = each_desk.put(2)
    copies = [each_desk.put(number, story=7) for number in (3, 4)]
    other_release = each_desk.put(5, story=7, release=2)
    rows = each_desk.queue()
    assert ids(rows) == [other_release, alone, leader]
    assert [one.id for one in rows[-1].copies] == copies
    assert rows[0].copies == []
    each_desk.act(leader, "accept")
    assert copies[0] in ids(each_desk.queue()), "the next copy leads what is left"


def test_pages_follow_each_other_without_a_gap(desk):
    put = [desk.put(number) for number in range(1, 8)]
    first = desk.queue(limit=3)
    second = desk.queue(before=first[-1].id, limit=3)
    last = desk.queue(before=second[-1].id, limit=3)
    assert ids([*first, *second, *last]) == put[::-1]


def test_the_queue_is_narrowed_by_what_the_article_is(desk):
    french, arabic = desk.put(1), desk.put(2, language="ar")
    reprint, other = desk.put(3, label="reprint"), desk.put(4, release=2)
    assert ids(desk.queue(Wanted(language="ar"))) == [arabic]
    assert ids(desk.queue(Wanted(label="reprint"))) == [reprint]
    assert ids(desk.queue(Wanted(release=2))) == [other]
    assert ids(desk.queue(Wanted(release=1, language="fr"))) == [reprint, french]


def test_the_queue_is_narrowed_to_a_watch_or_a_source(each_desk, clock):
    line, other = each_desk.put(1), each_desk.put(2)
    with each_desk.database.write() as session:
        watch = Watch(name="w", query="w", created_at=clock.now())
        session.add(watch)
        source = a_source(session, clock)
        session.flush()
        session.add(
            WatchMatch(
                watch_id=watch.id,
                article_id=each_desk.line(line).article_id,
                found_at=clock.now(),
                passages=[],
            )
        )
        session.add(
            Sighting(
                source_id=source,
                key_hash=1,
                said_hash=1,
                article_id=each_desk.line(other).article_id,
                first_seen_at=clock.now(),
            )
        )
        watch_id = watch.id
    assert ids(each_desk.queue(Wanted(watch=watch_id))) == [line]
    assert ids(each_desk.queue(Wanted(source=source))) == [other]
    with each_desk.database.read() as session:
        chosen = triage.choices(session)
    assert (chosen.sources, chosen.watches) == ({source: "A"}, {watch_id: "w"})
    assert chosen.releases == {1: "1/2026"}


def test_the_neighbours_of_a_line_are_rows_of_its_queue(each_desk):
    oldest = each_desk.put(1, story=7)
    middle, copy, newest = each_desk.put(2), each_desk.put(3, story=7), each_desk.put(4)
    with each_desk.database.read() as session:
        around = triage.neighbours(session, Wanted(), middle)
        assert (around.above, around.below) == (newest, oldest), "the copy is no row"
        around = triage.neighbours(session, Wanted(), copy)
        assert (around.above, around.below) == (newest, middle)
        assert triage.count(session) == 4

"""What is wrong with the office's own running is raised once, told with its mend, and ends."""

import os
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from seeing_office import a_job, beat, seen_office
from sending_makers import a_dispatch
from sqlalchemy.exc import TimeoutError as NoneFree

from app.alert_words import of_alert, path_of
from app.backup.shelves import Kept
from app.jobs import all_jobs
from app.pulse import Pulse
from app.seeing import looks, ping, standing
from app.seeing.ground import findings
from app.seeing.standing import RULES, Standing
from core.alerts import open_alerts
from core.errors import TimedOut
from core.i18n import words
from core.models import JobPulse
from core.values import Language
from core.web import Fetched
from core.zones import ZoneRules
from distributor.models import Delivery, Dispatch
from distributor.sending.hold import NAME, hold_all, release_all
from monitor.catalogue.showing import alert_views

URL = "https://hc.test/ping/a-secret-uuid"


@pytest.fixture
def office(tmp_path, clock, ids):
    with seen_office(tmp_path, clock, ids) as opened:
        yield opened


def standing_of(office, **given):
    return Standing(office=replace(office, **given), began=office.timer.stamp())


def rules(office):
    with office.database.read() as session:
        return {one.rule for one in open_alerts(session, rules=RULES)}


def said(office):
    with office.database.read() as session:
        views = alert_views(session, open_alerts(session, rules=RULES))
        return {
            one.rule: (
                of_alert(one.rule, one.fields, said=words(Language.ENGLISH)),
                path_of(one),
            )
            for one in views
        }


def running(office, clock, ids):
    """A dispatch of which everything is due and nothing was tried."""
    dispatch_id = a_dispatch(office.database, clock=clock, ids=ids, count=2)
    with office.database.write() as session:
        dispatch = session.get_one(Dispatch, dispatch_id)
        dispatch.state = "running"
        due = dispatch.due_at
    clock.move_to(due)
    return dispatch_id


def test_a_well_office_raises_nothing(office):
    beat(office, "send", "poll")
    assert standing_of(office).tick() == 0
    assert rules(office) == set()


def test_old_zone_data_is_told_once_and_ends(office):
    old = standing_of(office, zone_rules=ZoneRules(version="2020a", origin="test"))
    assert (old.tick(), old.tick()) == (1, 0)
    sentence, path = said(office)["zone-data-old"]
    assert "2020a" in sentence
    assert "zoneinfo" in sentence
    assert path == "/office"
    standing_of(office).tick()
    assert rules(office) == set()


def test_a_sender_that_does_not_move_is_told_and_a_try_ends_it(office, clock, ids):
    running(office, clock, ids)
    looking = standing_of(office)
    looking.tick()
    assert "sender-stuck" not in rules(office)
    clock.wait(timedelta(minutes=11))
    beat(office, "send")
    looking.tick()
    assert rules(office) == {"sender-stuck"}
    assert said(office)["sender-stuck"][1] == "/dispatches"
    assert "sender" in {one.check for one in findings(office) if not one.ok}
    with office.database.write() as session:
        session.query(Delivery).update({"state": "accepted"})
    looking.tick()
    assert rules(office) == set()


def test_a_dispatch_that_nobody_starts_is_a_stuck_sender(office, clock, ids):
    a_dispatch(office.database, clock=clock, ids=ids)
    clock.wait(timedelta(hours=4))
    beat(office, "send")
    standing_of(office).tick()
    assert rules(office) == {"sender-stuck"}


def test_calls_that_people_make_are_never_late(office, clock, ids):
    dispatch_id = running(office, clock, ids)
    with office.database.write() as session:
        session.get_one(Dispatch, dispatch_id).channel = "manual"
    clock.wait(timedelta(minutes=30))
    beat(office, "send")
    standing_of(office).tick()
    assert rules(office) == set()


def test_what_a_person_holds_is_no_stuck_sender_and_is_told_after_a_while(
    office, clock, ids
):
    running(office, clock, ids)
    hold_all(office.settings.data_dir, because="Wait.")
    file = office.settings.data_dir / NAME
    os.utime(file, (clock.stamp().timestamp(),) * 2)
    clock.wait(timedelta(minutes=20))
    beat(office, "send")
    looking = standing_of(office)
    looking.tick()
    assert rules(office) == set()
    clock.wait(timedelta(minutes=10))
    beat(office, "send")
    looking.tick()
    assert rules(office) == {"everything-held"}
    release_all(office.settings.data_dir)
    looking.tick()
    assert "everything-held" not in rules(office)


def test_a_dispatch_held_past_its_hour_is_told_by_its_own_page(office, clock, ids):
    dispatch_id = running(office, clock, ids)
    with office.database.write() as session:
        session.get_one(Dispatch, dispatch_id).state = "held"
    clock.wait(timedelta(minutes=31))
    beat(office, "send")
    standing_of(office).tick()
    sentence, path = said(office)["dispatch-waiting"]
    assert path == f"/dispatches/{dispatch_id}"
    assert "resume it or stop it" in sentence


def test_jobs_that_stand_still_are_named_but_not_right_after_a_start(office, clock):
    beat(office, "poll", "send")
    looking = standing_of(office)
    clock.wait(timedelta(minutes=15))
    beat(office, "send")
    standing_of(office).tick()
    assert rules(office) == set()
    looking.tick()
    assert "poll" in said(office)["jobs-still"][0]
    beat(office, "poll")
    looking.tick()
    assert rules(office) == set()


def test_a_clock_that_is_behind_the_others_is_told(office, clock):
    ahead = clock.now() + timedelta(minutes=40)
    with office.database.write() as session:
        session.add(JobPulse(name="send", ran_at=ahead))
    standing_of(office).tick()
    assert "40 minutes" in said(office)["clock-off"][0]
    assert "clock" in {one.check for one in findings(office) if one.level != "good"}


def test_an_old_backup_is_told_with_its_day(tmp_path, clock, ids):
    folder = tmp_path / "backups"
    folder.mkdir()
    with seen_office(tmp_path, clock, ids, backup={"folder": str(folder)}) as office:
        (folder / "parution-2026-11-22.age").write_bytes(b"x")
        standing_of(office).tick()
        assert rules(office) == set()
        clock.wait(timedelta(days=1))
        standing_of(office).tick()
        assert "22 November 2026" in said(office)["backup-old"][0]
        kept = looks.newest_backup(office)
        assert isinstance(kept, Kept)
        assert looks.made_at(office, kept).isoformat() == "2026-11-22T02:30:00+00:00"


def test_little_room_is_one_alert_while_it_comes_and_goes(office):
    free = SimpleNamespace(bytes=looks.LITTLE_ROOM - 1)
    looking = Standing(
        office=office, began=office.timer.stamp(), free_bytes=lambda _: free.bytes
    )
    assert looking.tick() == 1
    assert "MB" in said(office)["disk-low"][0]
    free.bytes = looks.LITTLE_ROOM + 1
    assert looking.tick() == 0
    assert rules(office) == {"disk-low"}
    free.bytes = looks.LITTLE_ROOM * 2
    looking.tick()
    assert rules(office) == set()


def test_a_machine_speaks_for_itself_and_leaves_the_others_alone(office, clock):
    def machine(name, free):
        return Standing(
            office=office,
            began=office.timer.stamp(),
            machine=name,
            free_bytes=lambda _: free,
        )

    low, roomy = machine("one", 1), machine("two", looks.LITTLE_ROOM * 4)
    assert [one.tick() for one in (low, roomy, low, roomy)] == [1, 0, 0, 0]
    assert rules(office) == {"disk-low"}
    machine("one", looks.LITTLE_ROOM * 4).tick()
    assert rules(office) == set()
    low.tick()
    # A machine that never comes back is told of for a day.
    clock.wait(timedelta(hours=25))
    roomy.tick()
    assert rules(office) == set()


def test_jobs_that_tick_seldom_are_known_and_no_others(office):
    seldom = {
        one.name: one.every for one in all_jobs(office) if one.every * 2 > looks.STILL
    }
    assert seldom == looks.SELDOM


def test_a_seldom_job_has_its_hour(office, clock):
    beat(office, "forget", "send")
    clock.wait(timedelta(minutes=65))
    with office.database.read() as session:
        assert looks.still(looks.ticks(session), clock.stamp()) == ["send"]
    clock.wait(timedelta(minutes=10))
    with office.database.read() as session:
        assert set(looks.still(looks.ticks(session), clock.stamp())) == {
            "forget",
            "send",
        }


def test_a_tick_that_runs_on_is_alive_for_an_hour_and_a_dispatch_for_as_long_as_it_takes(
    office, clock
):
    pulse = Pulse(office.database, clock, office.settings.data_dir)
    seen = {}

    def long(name):
        def run():
            for minutes in (5, 30, 40):
                clock.wait(timedelta(minutes=minutes))
                pulse.write()
            with office.database.read() as session:
                seen[name] = clock.stamp() - session.get_one(JobPulse, name).ran_at
            return 1

        return run

    for name in ("send", "sift"):
        pulse.watched(a_job(name, long(name))).run()
    assert seen == {"send": timedelta(), "sift": timedelta(minutes=40)}


def test_a_job_that_is_no_more_is_forgotten(office, clock):
    beat(office, "bounces")
    clock.wait(timedelta(hours=7))
    beat(office, "send")
    with office.database.read() as session:
        assert [one.job for one in looks.ticks(session)] == ["send"]


class Switch:
    """Where a ping goes."""

    def __init__(self, status=200):
        self.asked = []
        self.status = status

    def get(self, url, *, headers=None, robots=True):
        self.asked.append(url)
        if self.status == 0:
            raise TimedOut("No whole answer came.", to=url)
        return Fetched(url=url, status=self.status, headers={}, body=b"OK")


@pytest.fixture
def watched(tmp_path, clock, ids):
    with seen_office(tmp_path, clock, ids, alerts={"ping_url": URL}) as opened:
        yield replace(opened, web=Switch())


def test_a_well_office_pings_at_its_pace(watched, clock):
    mine = ping.Ping(watched)
    beat(watched, "send")
    assert (mine.tick(), mine.tick()) == (1, 0)
    clock.wait(timedelta(minutes=5))
    beat(watched, "send")
    assert mine.tick() == 1
    assert watched.web.asked == [URL, URL]


def test_silence_when_the_sender_is_stuck(watched, clock, ids):
    running(watched, clock, ids)
    clock.wait(timedelta(minutes=11))
    beat(watched, "send", "poll")
    assert standing.faults(watched) == ["sender"]
    assert ping.Ping(watched).tick() == 0
    assert watched.web.asked == []


def test_silence_when_no_job_ticks(watched, clock):
    assert standing.faults(watched) == ["jobs"]
    beat(watched, "send")
    assert standing.faults(watched) == []
    clock.wait(timedelta(minutes=11))
    assert ping.Ping(watched).tick() == 0
    assert watched.web.asked == []


class Away:
    """A database that cannot be asked."""

    def __init__(self, fault):
        self._fault = fault

    def read(self):
        raise self._fault


FAULTS = [OSError(5, "gone"), NoneFree("QueuePool limit")]


@pytest.mark.parametrize("fault", FAULTS)
def test_silence_when_the_database_cannot_be_asked(watched, fault):
    gone = replace(watched, database=Away(fault))
    assert ping.Ping(gone).tick() == 0
    assert watched.web.asked == []


@pytest.mark.parametrize("fault", FAULTS)
def test_an_office_may_ask_for_the_failure_to_be_said(tmp_path, clock, ids, fault):
    given = {"ping_url": URL, "ping_fail": True}
    with seen_office(tmp_path, clock, ids, alerts=given) as opened:
        told = replace(opened, web=Switch(), database=Away(fault))
        ping.Ping(told).tick()
    assert told.web.asked == [f"{URL}/fail"]


@pytest.mark.parametrize("status", [0, 404, 500])
def test_a_ping_that_fails_stops_nothing_and_its_address_is_not_logged(
    watched, clock, status, capsys
):
    beat(watched, "send")
    mine = ping.Ping(replace(watched, web=Switch(status)))
    assert mine.tick() == 0
    told = capsys.readouterr()
    assert "ping.failed" in told.out + told.err
    assert "a-secret-uuid" not in told.out + told.err


def test_the_ping_is_a_job_only_where_there_is_an_address(office, watched):
    assert "ping" not in {one.name for one in all_jobs(office)}
    assert "ping" in {one.name for one in all_jobs(watched)}

"""Alerts by mail: told once, in the office's words, at a pace people can bear."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from html import escape
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mailing_makers import states_of
from sending_makers import RULES, ZONE, Box, sending
from sqlalchemy import select

from app.alert_words import of_alert
from app.notices import URGENT, Notices, compose, decide
from core.alerts import Raised, settle
from core.errors import BadSetting
from core.i18n import words
from core.ids import RandomIds
from core.models import Alert
from core.settings import Alerts, Settings
from core.values import Language
from distributor.contacts.suppression import lift, suppress
from distributor.models import Body, Dispatch
from monitor.catalogue.showing import AlertView

TO = ["permanence@ministere.test", "chef@ministere.test"]
BROKEN = Raised(
    rule="embargo-broken",
    about="coverage:3",
    fields={"outlet": "Le Matin", "number": "112/2026", "minutes": 180},
)
HIJACKED = Raised(
    rule="source-hijacked", about="source:12", fields={"outlet": "Hespress"}
)
LATE = Raised(
    rule="review-not-validated",
    about="edition:4",
    fields={"day": "2026-11-24", "hour": "08:00"},
)
FAILING = Raised(rule="source-failing", about="source:9", fields={"outlet": "Le 360"})


def an_office(**changes):
    tree = {
        "language": "fr",
        "organisation": {"name": "Ministère", "from": "p@ministere.test", "zone": ZONE},
        "channels": {"outbox": {"folder": "outbox"}, "smtp": {"host": "127.0.0.1"}},
        "alerts": {"to": TO},
    }
    return Settings.model_validate(tree | changes)


def raised(database, *held, now):
    with database.write() as session:
        settle(
            session,
            held,
            rules=[BROKEN.rule, HIJACKED.rule, LATE.rule, FAILING.rule],
            now=now,
        )


def notices(database, clock, ids, given=None, channels=("outbox", "smtp")):
    return Notices(
        database=database,
        clock=clock,
        ids=ids,
        channels=channels,
        settings=given or an_office(),
        zone_rules=RULES,
    )


def told(database):
    """What each notice was about, oldest first."""
    with database.read() as session:
        return session.scalars(select(Dispatch.about).order_by(Dispatch.id)).all()


def test_new_alerts_are_told_once_in_one_mail(each_database, clock, ids):
    database = each_database
    raised(database, BROKEN, HIJACKED, FAILING, now=clock.now())
    first, second = (notices(database, clock, ids) for _ in range(2))
    assert first.tick() == 2
    assert (first.tick(), second.tick()) == (0, 0)
    # Not of a rule that mails.
    assert told(database) == ["alert:1,2"]
    clock.wait(timedelta(hours=3))
    raised(database, BROKEN, HIJACKED, LATE, now=clock.now())
    assert second.tick() == 1
    assert told(database) == ["alert:1,2", "alert:4"]
    box = Box()
    sending(database, clock=clock, ids=ids, channel=box, given=an_office()).tick()
    assert {message.recipient for message in box.sent} == set(TO)


def test_many_workers_at_once_tell_them_once(each_database, clock):
    raised(each_database, BROKEN, HIJACKED, now=clock.now())
    together = Barrier(4)

    def work(_):
        mine = notices(each_database, clock, RandomIds())
        together.wait(60)
        return mine.tick()

    with ThreadPoolExecutor(4) as workers:
        assert sum(workers.map(work, range(4))) == 2
    assert told(each_database) == ["alert:1,2"]


def test_a_crash_before_the_commit_tells_them_at_the_next_tick(database, clock, ids):
    raised(database, BROKEN, now=clock.now())

    class Crashed(Exception):
        pass

    class Dying:
        """Ids that run out when the deliveries are written, with the dispatch there already."""

        def token(self):
            raise Crashed

    with pytest.raises(Crashed):
        notices(database, clock, Dying()).tick()
    assert told(database) == []
    assert notices(database, clock, ids).tick() == 1
    assert notices(database, clock, ids).tick() == 0


def test_one_that_is_over_before_it_is_told_is_told_to_nobody(database, clock, ids):
    raised(database, HIJACKED, now=clock.now())
    raised(database, now=clock.now())
    assert notices(database, clock, ids).tick() == 0


def test_without_addresses_nothing_is_mailed_and_nothing_is_due(database, clock, ids):
    raised(database, BROKEN, now=clock.now())
    silent = notices(database, clock, ids, an_office(alerts={}))
    assert (silent.tick(), silent.next_due()) == (0, None)


def test_only_urgent_ones_come_sooner_than_the_pace(database, clock, ids):
    work = notices(database, clock, ids)
    raised(database, HIJACKED, now=clock.now())
    assert work.tick() == 1
    began = clock.now()
    clock.wait(timedelta(minutes=5))
    other = Raised(rule=HIJACKED.rule, about="source:13", fields={"outlet": "B"})
    raised(database, HIJACKED, other, now=clock.now())
    assert work.tick() == 0
    assert work.next_due() == began + timedelta(minutes=15)
    raised(database, HIJACKED, other, BROKEN, now=clock.now())
    assert work.next_due() == clock.now()
    # It takes the one that waits along.
    assert work.tick() == 2
    assert told(database) == ["alert:1", "alert:3,2"]
    assert work.next_due() is None
    last = Raised(rule=HIJACKED.rule, about="source:14", fields={"outlet": "C"})
    raised(database, HIJACKED, other, BROKEN, last, now=clock.now())
    assert work.tick() == 0
    clock.wait(timedelta(minutes=15))
    assert work.tick() == 1


def test_at_night_what_is_not_urgent_waits_for_the_morning(database, clock, ids):
    clock.move_to(datetime.fromisoformat("2026-11-24T23:00:00+00:00"))
    raised(database, HIJACKED, now=clock.now())
    given = an_office(alerts={"to": TO, "quiet_from": "22:00", "quiet_until": "06:30"})
    work = notices(database, clock, ids, given)
    assert work.tick() == 0
    morning = datetime.fromisoformat("2026-11-25T06:30:00+00:00")
    assert work.next_due() == morning
    clock.wait(timedelta(hours=1))
    later = Raised(rule=HIJACKED.rule, about="source:13", fields={"outlet": "B"})
    clock.move_to(morning)
    assert work.tick() == 1
    clock.move_to(morning + timedelta(hours=17))
    raised(database, HIJACKED, later, LATE, now=clock.now())
    assert work.tick() == 2


def test_a_hundred_at_once_are_two_mails(database, clock, ids):
    many = [
        Raised(rule=HIJACKED.rule, about=f"source:{number}", fields={"outlet": "A"})
        for number in range(120)
    ]
    raised(database, *many, now=clock.now())
    work = notices(database, clock, ids)
    assert work.tick() == 100
    clock.wait(timedelta(minutes=15))
    assert work.tick() == 20
    assert work.tick() == 0


def test_when_nobody_can_be_told_the_job_rests_before_it_tries_again(
    database, clock, ids
):
    with database.write() as session:
        for one in TO:
            suppress(session, one, reason="bounced", now=clock.now())
    raised(database, BROKEN, now=clock.now())
    job = notices(database, clock, ids)
    assert job.tick() == 0
    assert job.next_due() == clock.now() + timedelta(minutes=15)
    with database.write() as session:
        lift(session, TO[0], because="boîte réparée", now=clock.now())
    assert job.tick() == 0
    clock.wait(timedelta(minutes=15))
    assert job.tick() == 1


def test_suppressed_officers_are_left_out_and_all_of_them_leave_it_untold(
    database, clock, ids
):
    raised(database, BROKEN, now=clock.now())
    with database.write() as session:
        suppress(session, TO[0], reason="bounced", now=clock.now())
    assert notices(database, clock, ids).tick() == 1
    assert list(states_of(database, 1)) == [TO[1]]
    clock.wait(timedelta(hours=1))
    raised(database, BROKEN, LATE, now=clock.now())
    with database.write() as session:
        suppress(session, TO[1], reason="bounced", now=clock.now())
    assert notices(database, clock, ids).tick() == 0
    assert len(told(database)) == 1


def test_the_channel_is_the_one_named_or_the_first(database, clock, ids):
    raised(database, BROKEN, now=clock.now())
    given = an_office(alerts={"to": TO, "channel": "smtp"})
    with pytest.raises(BadSetting, match="cannot be mailed"):
        notices(database, clock, ids, given, channels=()).tick()
    notices(database, clock, ids, given).tick()
    with database.read() as session:
        assert session.scalar(select(Dispatch.channel)) == "smtp"


@pytest.mark.parametrize(
    "wrong",
    [
        {"to": ["nobody"]},
        {"to": TO, "channel": "pigeon"},
        {"quiet_from": "22:00"},
        {"quiet_from": "25:00", "quiet_until": "06:00"},
    ],
)
def test_settings_that_would_tell_nobody_stop_the_start(wrong):
    with pytest.raises(ValueError, match=r"alerts|address|quiet|match"):
        an_office(alerts=wrong)


def view(one, number=1):
    return AlertView(
        id=number,
        rule=one.rule,
        about=one.about,
        raised_at=datetime.fromisoformat("2026-11-24T07:45:00+00:00"),
        ended_at=None,
        fields=one.fields,
    )


@pytest.mark.parametrize("language", list(Language)[:3])
def test_the_mail_says_what_the_screen_says_and_opens_its_page(language):
    said = words(language)
    given = an_office(web={"public_url": "https://presse.gov.test/"})
    both = [view(BROKEN), view(LATE, 2), view(FAILING, 3)]
    mail = compose(both, settings=given, said=said)
    for one in both:
        sentence = of_alert(one.rule, one.fields, said=said)
        assert sentence in mail.plain
        assert escape(sentence) in mail.page
    for path in ("/coverage/3", "/review/2026-11-24", "/sources/9"):
        assert f"https://presse.gov.test{path}\n" in mail.plain
        assert f'href="https://presse.gov.test{path}"' in mail.page
    assert f'dir="{language.direction}"' in mail.page
    assert "3" in mail.subject
    alone = compose([view(LATE)], settings=given, said=said)
    # Its first sentence: the next step stands in the mail.
    assert "08:00" in alone.subject
    assert alone.subject.endswith(".")
    assert alone.subject.count(".") == 1
    assert "\u2068" not in alone.subject


def test_a_full_stop_in_a_name_ends_no_subject():
    dotted = Raised(
        rule=BROKEN.rule,
        about="coverage:3",
        fields={"outlet": "M. Info. Maroc", "number": "1/2026", "minutes": 60},
    )
    mail = compose([view(dotted)], settings=an_office(), said=words(Language.ENGLISH))
    assert mail.subject == (
        "M. Info. Maroc published release 1/2026 1 hour before its embargo ended."
    )


def test_a_hostile_name_is_text_and_a_long_one_is_cut():
    hostile = Raised(
        rule=HIJACKED.rule,
        about="source:1",
        fields={"outlet": "<script>alert(1)</script> " + "long " * 50},
    )
    mail = compose([view(hostile)], settings=an_office(), said=words(Language.FRENCH))
    assert "<script>" not in mail.page
    assert mail.subject.endswith("…")
    assert len(mail.subject) <= 121


@pytest.mark.parametrize(
    ("web", "address"),
    [
        ({"public_url": "https://p.test"}, "https://p.test/coverage/3"),
        (
            {"public_url": "https://p.test", "public_port": 8400},
            "http://127.0.0.1:8321/coverage/3",
        ),
        ({}, "http://127.0.0.1:8321/coverage/3"),
        ({"host": "0.0.0.0"}, ""),  # noqa: S104 - what a container is told
    ],
)
def test_the_link_leads_to_where_the_office_s_screens_are(web, address):
    mail = compose(
        [view(BROKEN)], settings=an_office(web=web), said=words(Language.ENGLISH)
    )
    assert (f"\n  {address}\n" in mail.plain) == bool(address)
    assert ("href" in mail.page) == bool(address)


def test_the_notice_in_the_database_speaks_the_office_s_language(database, clock, ids):
    raised(database, LATE, now=clock.now())
    notices(database, clock, ids, an_office(language="ar")).tick()
    with database.read() as session:
        body = session.scalars(select(Body)).one()
    assert body.language == "ar"
    assert 'dir="rtl"' in body.page


MOMENT = datetime.fromisoformat("2026-11-24T12:00:00+00:00")


@given(
    st.lists(
        st.tuples(st.integers(1, 600), st.sampled_from([*URGENT, HIJACKED.rule])),
        max_size=12,
    ),
    st.integers(0, 60),
)
def test_calm_mails_keep_their_distance_and_each_alert_is_told_once(raises, every):
    settings = Alerts(every_minutes=every)
    pace = timedelta(minutes=every)
    known: set[int] = set()
    told_at = None
    waiting: list[Alert] = []
    for minute in range(700):
        now = MOMENT + timedelta(minutes=minute)
        waiting += [
            Alert(id=number, rule=rule, raised_at=now)
            for number, (at, rule) in enumerate(raises)
            if at == minute
        ]
        due = decide(waiting, told_at=told_at, settings=settings, zone=ZONE, now=now)
        assert all(one.rule not in URGENT or one in due.now for one in waiting)
        if due.now:
            assert known.isdisjoint(one.id for one in due.now)
            known |= {one.id for one in due.now}
            is_urgent = any(one.rule in URGENT for one in due.now)
            assert is_urgent or told_at is None or now - told_at >= pace
            told_at = now
            waiting = [one for one in waiting if one.id not in known]
        elif waiting:
            assert due.later_at > now
    assert len(known) == len(raises)

"""Editions of the review and notices: one ledger with releases, and rules of their own."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from mailing_makers import (
    ARABIC,
    AT,
    FRENCH,
    a_list,
    a_notice,
    an_edition,
    readers,
    states_of,
    token_of,
)
from sending_makers import LINKS, RULES, Box, a_dispatch, sending, settings
from sqlalchemy import func, select, update

import distributor.report
from core.errors import BadInput, Conflict, NotFound
from core.ids import RandomIds
from core.keys import Purpose
from core.models import Account
from core.signing import signing_key
from core.zones import ZoneRules
from distributor.after import corrections, preferences
from distributor.after.answers import invitation
from distributor.after.reading import read_by
from distributor.after.unsubscribe import asked, unsubscribe
from distributor.channels.base import Outcome, Verdict
from distributor.contacts import lines, rule_text, rules
from distributor.contacts.mailed import moments
from distributor.contacts.person import all_known
from distributor.contacts.suppression import suppress
from distributor.models import (
    Body,
    BodyFile,
    Contact,
    Delivery,
    Dispatch,
    Membership,
    Suppression,
)
from distributor.sending import (
    approval,
    by_hand,
    control,
    proof,
    reminders,
    sealing,
)

CABINET = [f"p{number}@cabinet.test" for number in range(3)]


@pytest.fixture
def list_id(database, clock):
    """Two readers of French and one of Arabic."""
    with database.write() as session:
        members = readers(session, "fr", "ar", "fr", now=clock.now())
        return a_list(session, members=members)


def edition(database, clock, ids, list_id, **changes):
    with database.write() as session:
        made = an_edition(session, clock=clock, ids=ids, list_id=list_id, **changes)
        return made and made.id


def office(database, clock, ids, box, **changes):
    return sending(database, clock=clock, ids=ids, channel=box, **changes)


def summary(database, dispatch_id):
    with database.read() as session:
        return distributor.report.summarise(session, dispatch_id)


def left_out(database, dispatch_id):
    return {
        one["address_key"]: one["reason"]
        for one in summary(database, dispatch_id).left_out
    }


def leave(database, clock, dispatch_id, address):
    signed = LINKS.sign(Purpose.UNSUBSCRIBE, token_of(database, dispatch_id, address))
    with database.write() as session:
        return unsubscribe(
            session, signed, links=LINKS, settings=settings(), now=clock.now()
        )


def test_an_edition_reaches_each_reader_once_at_its_hour_though_approval_is_on(
    database, clock, ids, list_id
):
    strict = settings(approval="two-person")
    dispatch_id = edition(database, clock, ids, list_id, given=strict)
    box = Box()
    work = office(database, clock, ids, box, given=strict)
    clock.move_to(AT - timedelta(seconds=1))
    work.tick()
    assert box.sent == []
    clock.move_to(AT)
    work.tick()
    work.tick()
    assert sorted(message.recipient for message in box.sent) == CABINET
    told = summary(database, dispatch_id)
    assert (told.state, told.counts["accepted"], told.total) == ("done", 3, 3)
    assert (told.release_id, told.number, told.about) == (None, "", "edition:12")
    assert told.title == FRENCH.subject


def test_a_notice_leaves_at_once(database, clock, ids):
    with database.write() as session:
        made = a_notice(
            session,
            clock=clock,
            ids=ids,
            addresses=["a@m.test", "A@m.test ", "b@m.test"],
        ).id
    box = Box()
    office(database, clock, ids, box).tick()
    assert {message.recipient for message in box.sent} == {"a@m.test", "b@m.test"}
    assert summary(database, made).state == "done"


def test_zone_data_that_is_too_old_holds_an_edition_and_no_notice(
    database, clock, ids, list_id
):
    old = ZoneRules(version="2020a", origin="test")
    dispatch_id = edition(database, clock, ids, list_id)
    with database.write() as session:
        notice = a_notice(session, clock=clock, ids=ids)
        review = session.get_one(Dispatch, dispatch_id)
        held, told = (
            sealing.examine(session, one, settings=settings(), zone_rules=old)
            for one in (review, notice)
        )
    assert (held.rules_current, told.rules_current) == (False, True)


def test_each_reader_gets_the_first_of_their_languages_that_there_is(
    database, clock, ids
):
    with database.write() as session:
        members = readers(session, "ar", "en", "fr", now=clock.now())
        session.execute(
            update(Contact)
            .where(Contact.id == members[1])
            .values(languages=["en", "ar", "fr"])
        )
        list_id = a_list(session, members=members)
    dispatch_id = edition(database, clock, ids, list_id)
    only = edition(
        database, clock, ids, list_id, bodies=[ARABIC], key="k", about="edition:13"
    )
    with database.read() as session:
        asked_for = select(Delivery.language).order_by(Delivery.id)
        spoken = asked_for.where(Delivery.dispatch_id == dispatch_id)
        assert session.scalars(spoken).all() == ["ar", "ar", "fr"]
        fallback = asked_for.where(Delivery.dispatch_id == only)
        assert session.scalars(fallback).all() == ["ar", "ar", "ar"]


def test_who_is_left_out_is_said_with_the_reason(database, clock, ids, list_id):
    with database.write() as session:
        suppress(session, CABINET[0], reason="bounced", now=clock.now())
        session.execute(
            update(Contact)
            .where(Contact.address == CABINET[1])
            .values(paused_until=AT + timedelta(days=3))
        )
        other = readers_more(session, clock)
        session.add(Membership(mailing_list_id=list_id, contact_id=other))
    dispatch_id = edition(database, clock, ids, list_id, leave_out={other})
    assert left_out(database, dispatch_id) == {
        CABINET[0]: "suppressed",
        CABINET[1]: "paused",
        "more@cabinet.test": "has it already",
    }
    assert list(states_of(database, dispatch_id)) == [CABINET[2]]


def readers_more(session, clock):
    more = Contact(
        address="more@cabinet.test",
        address_key="more@cabinet.test",
        languages=["fr"],
        beats=[],
        created_at=clock.now(),
        updated_at=clock.now(),
    )
    session.add(more)
    session.flush()
    return more.id


def test_quiet_hours_and_the_cap_keep_no_reader_from_the_review(
    database, clock, ids, list_id
):
    capped = settings(sending={"cap_messages": 1})
    with database.write() as session:
        session.execute(update(Contact).values(quiet_from="00:00", quiet_until="23:59"))
    first = edition(database, clock, ids, list_id, given=capped)
    second = edition(
        database,
        clock,
        ids,
        list_id,
        given=capped,
        about="edition:13",
        key="k",
        at=AT + timedelta(hours=1),
    )
    assert len(states_of(database, first)) == len(states_of(database, second)) == 3
    with database.read() as session:
        # Nor does the review use up what a contact may get of releases.
        counted = moments(session, since=clock.now(), until=AT + timedelta(days=1))
        due = session.scalars(select(Delivery.due_at).distinct())
        assert set(due) == {AT, AT + timedelta(hours=1)}
    assert counted == {}


def test_nobody_left_is_no_dispatch(database, clock, ids, list_id):
    everybody = range(1, 4)
    assert edition(database, clock, ids, list_id, leave_out=everybody) is None
    with database.write() as session:
        suppress(
            session, "permanence@ministere.test", reason="bounced", now=clock.now()
        )
        assert a_notice(session, clock=clock, ids=ids) is None
        assert session.scalar(select(func.count(Dispatch.id))) == 0


def test_a_key_names_one_dispatch_however_often_it_is_said(each_database, clock, ids):
    with each_database.write() as session:
        members = readers(session, "fr", "ar", now=clock.now())
        list_id = a_list(session, members=members)
    made = [edition(each_database, clock, ids, list_id) for _ in range(2)]
    with each_database.write() as session:
        notices = [a_notice(session, clock=clock, ids=ids).id for _ in range(2)]
    assert len(set(made)) == len(set(notices)) == 1
    with each_database.read() as session:
        assert session.scalar(select(func.count(Delivery.id))) == 3
        assert session.scalar(select(func.count(Body.id))) == 3


def test_a_crash_before_the_commit_leaves_nothing_and_after_it_one(
    each_database, clock, ids
):
    with each_database.write() as session:
        list_id = a_list(session, members=readers(session, "fr", now=clock.now()))

    class Crashed(Exception):
        pass

    def crash():
        with each_database.write() as session:
            an_edition(session, clock=clock, ids=ids, list_id=list_id)
            raise Crashed

    with pytest.raises(Crashed):
        crash()
    with each_database.read() as session:
        assert session.scalar(select(func.count(Body.id))) == 0
    again = [edition(each_database, clock, ids, list_id) for _ in range(2)]
    box = Box()
    clock.move_to(AT)
    office(each_database, clock, ids, box).tick()
    assert len(box.sent) == 1
    assert again[0] == again[1]


def test_two_workers_that_pass_side_by_side_make_one_notice(each_database, clock):
    together = Barrier(4)

    def tell(_):
        with each_database.write() as session:
            if each_database.engine.dialect.name == "postgresql":
                together.wait()
            return a_notice(session, clock=clock, ids=RandomIds()).id

    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(tell, range(4)))
    assert len(set(made)) == 1
    with each_database.read() as session:
        assert session.scalar(select(func.count(Delivery.id))) == 1


@pytest.mark.parametrize(
    "change",
    [
        update(Body).values(subject="Autre chose"),
        update(Body).where(Body.language == "ar").values(plain="آخر"),
        update(Body).values(page="<p>Autre chose</p>"),
        update(BodyFile).values(content=b"%PDF another"),
        update(BodyFile).values(file_name="autre.pdf"),
        update(Dispatch).values(about="edition:13"),
        update(Dispatch).values(purpose="notice"),
        update(Dispatch).values(channels=["smtp"]),
        update(Dispatch).values(zone="UTC"),
        update(Delivery).where(Delivery.id == 1).values(address_key="x@y.test"),
    ],
    ids=lambda change: str(change).split("WHERE")[0][:40],
)
def test_a_change_after_it_was_frozen_breaks_the_seal_and_holds_it(
    database, clock, ids, list_id, change
):
    dispatch_id = edition(database, clock, ids, list_id)
    with database.read() as session:
        row = session.get_one(Dispatch, dispatch_id)
        assert sealing.is_sealed(session, row, settings())
    with database.write() as session:
        session.execute(change)
    box = Box()
    clock.move_to(AT)
    office(database, clock, ids, box).tick()
    told = summary(database, dispatch_id)
    assert (told.state, box.sent) == ("held", [])
    assert "changed after it was planned" in told.reason
    with database.write() as session, pytest.raises(Conflict, match="changed after"):
        control.resume(
            session, dispatch_id, settings=settings(), zone_rules=RULES, now=clock.now()
        )


def test_another_sender_breaks_the_seal_too(database, clock, ids, list_id):
    dispatch_id = edition(database, clock, ids, list_id)
    other = settings(organisation={"name": "Autre", "from": "x@y.test"})
    with database.read() as session:
        row = session.get_one(Dispatch, dispatch_id)
        assert not sealing.is_sealed(session, row, other)


def test_an_edition_that_is_too_late_waits_for_a_person(database, clock, ids, list_id):
    dispatch_id = edition(database, clock, ids, list_id)
    box = Box()
    clock.move_to(AT + timedelta(minutes=16))
    work = office(database, clock, ids, box)
    work.tick()
    assert (summary(database, dispatch_id).state, box.sent) == ("held", [])
    with database.write() as session:
        control.resume(
            session, dispatch_id, settings=settings(), zone_rules=RULES, now=clock.now()
        )
    work.tick()
    assert len(box.sent) == 3


def test_who_is_suppressed_while_it_runs_gets_nothing_more(
    database, clock, ids, list_id
):
    dispatch_id = edition(database, clock, ids, list_id)

    def oppose(message):
        if message.recipient == CABINET[0]:
            with database.write() as session:
                suppress(session, CABINET[2], reason="asked", now=clock.now())

    box = Box(before=oppose)
    clock.move_to(AT)
    one_line = settings(sending={"connections": 1})
    office(database, clock, ids, box, given=one_line).tick()
    assert sorted(one.recipient for one in box.sent) == CABINET[:2]
    assert states_of(database, dispatch_id)[CABINET[2]] == ("cancelled", "suppressed")


def test_leaving_the_review_leaves_releases_alone(database, clock, ids, list_id):
    first = edition(database, clock, ids, list_id)
    waiting = edition(
        database, clock, ids, list_id, about="edition:13", key="k", at=AT + timedelta(1)
    )
    with database.write() as session:
        other = a_list(session, "agences", members=[1])
    elsewhere = edition(database, clock, ids, other, about="edition:12", key="other")
    assert leave(database, clock, first, CABINET[0])
    assert not leave(database, clock, first, CABINET[0])
    for dispatch_id in (first, waiting):
        assert states_of(database, dispatch_id)[CABINET[0]] == ("cancelled", "left")
    assert states_of(database, elsewhere)[CABINET[0]] == ("waiting", "")
    with database.read() as session:
        assert session.scalar(select(func.count(Suppression.id))) == 0
        on_it = lines.contacts(session, list_name="cabinet")
        assert [one.email for one in on_it] == CABINET[1:]
        assert [one.email for one in lines.contacts(session, list_name="agences")] == [
            CABINET[0]
        ]
        trail = distributor.report.trail(session, first, 1)
    assert [one.kind for one in trail.events] == ["left-list"]
    next_one = edition(database, clock, ids, list_id, about="edition:14", key="n")
    assert CABINET[0] not in states_of(database, next_one)


def test_whoever_leaves_a_list_with_a_rule_stays_off_it(database, clock, ids, list_id):
    with database.write() as session:
        rule = rules.to_json(rule_text.parse('list:"cabinet"'))
        ruled = a_list(session, "tous", rule=rule)
    first = edition(database, clock, ids, ruled)
    assert leave(database, clock, first, CABINET[1])
    assert not leave(database, clock, first, CABINET[1])
    second = edition(database, clock, ids, ruled, about="edition:13", key="k")
    assert sorted(states_of(database, second)) == [CABINET[0], CABINET[2]]
    with database.read() as session:
        assert len(lines.contacts(session, list_name="cabinet")) == 3


def test_a_release_still_leaves_the_press_altogether(database, clock, ids, list_id):
    sent = a_dispatch(database, clock=clock, ids=ids, count=2)
    with database.read() as session:
        signed = LINKS.sign(
            Purpose.UNSUBSCRIBE, token_of(database, sent, "p0@presse.test")
        )
        assert not asked(session, signed, links=LINKS).of_review
    assert leave(database, clock, sent, "p0@presse.test")
    with database.read() as session:
        assert session.scalar(select(Suppression.address_key)) == "p0@presse.test"


def test_the_page_of_preferences_works_for_readers(database, clock, ids, list_id):
    dispatch_id = edition(database, clock, ids, list_id)
    token = token_of(database, dispatch_id, CABINET[1])
    signed = LINKS.sign(Purpose.PREFERENCES, token)
    choice = preferences.Choice(languages=["ar"], beats=[], pause_days=30)
    with database.write() as session:
        assert preferences.read(session, signed, links=LINKS, now=clock.now()).is_known
        preferences.choose(session, signed, choice, links=LINKS, now=clock.now())
        held = preferences.held(session, signed, links=LINKS)
        known = all_known(session, CABINET[1])
    assert [one["release"] for one in held["messages"]] == [ARABIC.subject]
    (delivery,) = known["deliveries"]
    assert (delivery["release"], delivery["about"]) == ("", "edition:12")
    later = edition(database, clock, ids, list_id, about="edition:13", key="k")
    assert left_out(database, later) == {CABINET[1]: "paused"}


def test_version_two_goes_to_exactly_those_who_may_have_the_first(
    each_database, clock, ids
):
    database = each_database
    with database.write() as session:
        languages = ["fr", "ar", "fr", "fr", "fr", "fr"]
        members = readers(session, *languages, now=clock.now())
        list_id = a_list(session, members=members)
    first = edition(database, clock, ids, list_id)
    box = Box(
        answers={
            "p1@cabinet.test": Outcome(verdict=Verdict.UNSURE, answer="cut"),
            "p2@cabinet.test": Outcome(verdict=Verdict.REFUSED, answer="550"),
            "p3@cabinet.test": Outcome(verdict=Verdict.LATER, answer="450"),
        }
    )
    work = office(database, clock, ids, box)
    clock.move_to(AT)
    work.tick()
    assert leave(database, clock, first, "p4@cabinet.test")
    with database.write() as session:
        suppress(session, "p5@cabinet.test", reason="complained", now=clock.now())
        # Came to the list since, and never had the first version.
        session.add(
            Membership(mailing_list_id=list_id, contact_id=readers_more(session, clock))
        )
        session.execute(update(Contact).values(paused_until=AT + timedelta(days=9)))
    second = edition(
        database,
        clock,
        ids,
        list_id,
        about="edition:13",
        key="v2",
        same_as=["edition:12"],
        at=clock.now(),
    )
    told = summary(database, first)
    assert (told.state, told.reason) == ("stopped", "Replaced by edition:13.")
    assert states_of(database, first)["p3@cabinet.test"] == ("cancelled", "superseded")
    assert sorted(states_of(database, second)) == [
        "p0@cabinet.test",
        "p1@cabinet.test",
        "p3@cabinet.test",
    ]
    assert left_out(database, second) == {
        "p4@cabinet.test": "left",
        "p5@cabinet.test": "suppressed",
    }
    assert summary(database, second).reached_by == (first,)
    box.answers.clear()
    work.tick()
    assert summary(database, second).state == "done"
    assert [one.recipient for one in box.sent].count("p3@cabinet.test") == 1


def test_version_two_of_one_that_has_not_left_takes_its_readers_over(
    database, clock, ids, list_id
):
    first = edition(database, clock, ids, list_id)
    second = edition(
        database,
        clock,
        ids,
        list_id,
        about="edition:13",
        key="2",
        same_as=["edition:12"],
    )
    assert set(states_of(database, first).values()) == {("cancelled", "superseded")}
    assert sorted(states_of(database, second)) == CABINET
    third = edition(
        database,
        clock,
        ids,
        list_id,
        about="edition:14",
        key="3",
        same_as=["edition:9"],
    )
    assert third is None


def test_what_makes_no_sense_for_them_is_refused_in_words(
    database, clock, ids, list_id
):
    dispatch_id = edition(database, clock, ids, list_id)
    token = token_of(database, dispatch_id, CABINET[0])
    with database.write() as session:
        boss = Account(
            name="Chef", role="administrator", password_hash="", created_at=clock.now()
        )
        session.add(boss)
        session.flush()
        given = {"zone_rules": RULES, "settings": settings(), "now": clock.now()}
        with pytest.raises(Conflict, match="approved by nobody"):
            approval.approve(session, dispatch_id, account=boss, **given)
        with pytest.raises(Conflict, match="sends no release"):
            corrections.correct(
                session,
                dispatch_id,
                release_id=1,
                wall=None,
                zone="UTC",
                ids=ids,
                **given,
            )
        with pytest.raises(Conflict, match="sends no release"):
            reminders.invitation(session, [dispatch_id])
        with pytest.raises(NotFound, match="not an invitation"):
            invitation(
                session,
                LINKS.sign(Purpose.ANSWER, token),
                links=LINKS,
                now=clock.now(),
            )


def test_a_call_sheet_reads_the_subject_out(database, clock, ids, list_id):
    by_phone = settings(channels={"manual": {"signature": "Le cabinet"}})
    dispatch_id = edition(
        database, clock, ids, list_id, channel="manual", given=by_phone
    )
    with database.read() as session:
        calls = by_hand.call_sheet(session, dispatch_id, settings=by_phone)
    assert {call.text for call in calls} == {
        f"{FRENCH.subject}\nLe cabinet",
        f"{ARABIC.subject}\nLe cabinet",
    }


def test_a_proof_says_what_was_sent_and_that_nobody_approved_it(
    database, clock, ids, list_id, tmp_path
):
    dispatch_id = edition(database, clock, ids, list_id)
    with database.read() as session:
        head = proof.document(
            session, dispatch_id, key=signing_key(tmp_path, ids), now=clock.now()
        )["head"]
    assert (head["release"], head["about"], head["kind"]) == (
        "",
        "edition:12",
        "edition",
    )
    assert head["titles"] == {"fr": FRENCH.subject, "ar": ARABIC.subject}


def test_reports_of_releases_know_nothing_of_editions(database, clock, ids, list_id):
    edition(database, clock, ids, list_id)
    clock.move_to(AT)
    office(database, clock, ids, Box()).tick()
    with database.read() as session:
        assert distributor.report.sent(session) == {}
        assert distributor.report.windows(session, clock.now()) == []
        assert len(distributor.report.dispatches(session)) == 1


def test_the_signed_link_names_what_its_reader_was_sent(database, clock, ids, list_id):
    dispatch_id = edition(database, clock, ids, list_id)
    token = token_of(database, dispatch_id, CABINET[1])
    with database.write() as session:
        notice = a_notice(session, clock=clock, ids=ids).id
    of_notice = token_of(database, notice, "permanence@ministere.test")
    with database.read() as session:
        found = read_by(session, LINKS.sign(Purpose.READ, token), LINKS)
        assert (found.about, found.language, found.list_id) == (
            "edition:12",
            "ar",
            list_id,
        )
        for wrong in (
            LINKS.sign(Purpose.PREFERENCES, token),
            LINKS.sign(Purpose.READ, "unknown"),
            LINKS.sign(Purpose.READ, of_notice),
            token,
            "",
        ):
            assert read_by(session, wrong, LINKS) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"bodies": ()},
        {"bodies": (FRENCH, FRENCH)},
        {"channel": "pigeon"},
        {"channel": "sendgrid"},
        {"key": ""},
    ],
)
def test_what_cannot_be_sent_is_refused_before_anything_is_written(
    database, clock, ids, list_id, wrong
):
    with pytest.raises(BadInput):
        edition(database, clock, ids, list_id, **wrong)
    with pytest.raises(NotFound, match="no mailing list 99"):
        edition(database, clock, ids, 99)
    with pytest.raises(ValueError, match="zone"):
        edition(database, clock, ids, list_id, at=datetime(2026, 11, 24, 12))
    with database.read() as session:
        assert session.scalar(select(func.count(Dispatch.id))) == 0


def test_an_hour_that_comes_twice_is_kept_in_utc(database, clock, ids, list_id):
    twice = datetime(2026, 9, 20, 1, 30, tzinfo=UTC)
    dispatch_id = edition(
        database, clock, ids, list_id, at=twice, zone="Africa/Casablanca"
    )
    told = summary(database, dispatch_id)
    assert (told.zone, told.due_at) == ("UTC", twice)

"""Every fault of a mail server has its right class, and a protected line stays protected."""

import pytest
from sending_ground import NOON, RULES, a_dispatch
from smtp_double import (
    CUT_IN_TEXT,
    EHLO,
    HANG_UP,
    OK,
    PIPELINING,
    STARTTLS,
    Certificate,
    Staged,
    a_channel,
    a_server,
)
from sqlalchemy import select

from core.clock import StoppedClock
from core.ids import RandomIds
from core.keys import Links
from core.settings import Settings
from distributor.models import Attempt, Delivery, Dispatch
from distributor.sending.delivery import Sending

COUNT = 6


@pytest.fixture
def dispatch_id(database):
    return a_dispatch(database, count=COUNT, ids=RandomIds())


def an_office(database, channel):
    clock = StoppedClock(NOON)
    return Sending(
        database=database,
        clock=clock,
        timer=clock,
        ids=RandomIds(),
        channels={"smtp": channel},
        links=Links(["key"]),
        settings=Settings.model_validate(
            {
                "organisation": {"name": "Ministère", "from": "presse@ministere.test"},
                "channels": {"smtp": {"host": "127.0.0.1"}},
                "sending": {"connections": 1},
            }
        ),
        zone_rules=RULES,
    )


def sent_through(database, *scripts, **options):
    """One tick of the office against a server; answers the server."""
    with a_server(*scripts, context=options.pop("context", None)) as server:
        an_office(database, a_channel(server.port, **options)).tick()
    return server


def states(database):
    """The states in the order of the contacts, and what the attempts said."""
    with database.read() as session:
        rows = session.scalars(select(Delivery).order_by(Delivery.id)).all()
        said = session.scalars(
            select(Attempt.answer).order_by(Attempt.delivery_id, Attempt.number)
        ).all()
    return [row.state for row in rows], said


def dispatch(database, dispatch_id):
    with database.read() as session:
        return session.get_one(Dispatch, dispatch_id)


@pytest.mark.parametrize("offers", [EHLO, PIPELINING], ids=["singly", "in a row"])
def test_each_recipient_has_the_class_of_its_own_fault(database, dispatch_id, offers):
    script = Staged(
        offers,
        RCPT=[
            b"450 4.7.1 greylisted\r\n",
            b"451 4.3.0 not now\r\n",
            b"550 5.1.1 nobody\r\n",
            OK,
            OK,
            OK,
        ],
        TEXT=[b"452 4.3.1 full\r\n", b"554 5.6.0 spam\r\n", b"250 queued as 7\r\n"],
    )
    server = sent_through(database, script)
    found, said = states(database)
    assert found == [
        "waiting",
        "waiting",
        "refused",
        "waiting",
        "refused",
        "accepted",
    ]
    assert said[2] == "550 5.1.1 nobody"
    assert server.took == ["p5@presse.test"]
    assert dispatch(database, dispatch_id).state == "running"


@pytest.mark.parametrize("offers", [EHLO, PIPELINING], ids=["singly", "in a row"])
def test_a_line_cut_after_the_text_leaves_one_doubt_that_stays(
    database, dispatch_id, offers
):
    cut = Staged(offers, TEXT=[OK, HANG_UP])
    server = sent_through(database, cut, Staged(offers))
    found, _ = states(database)
    assert found == ["accepted", "unsure", *["accepted"] * 4]
    assert "p1@presse.test" not in server.took
    # A second tick does not send it again.
    again = sent_through(database, Staged(offers))
    assert again.heard == []


def test_a_line_cut_before_the_text_leaves_no_doubt(database, dispatch_id):
    cut = Staged(DATA=[HANG_UP])
    sent_through(database, cut)
    assert set(states(database)[0]) == {"waiting"}
    assert dispatch(database, dispatch_id).state == "paused"


@pytest.mark.parametrize("word", ["GREETING", "EHLO", "MAIL", "RCPT", "DATA", "TEXT"])
def test_421_at_any_stage_rests_the_channel_and_blames_nobody(
    database, dispatch_id, word
):
    sent_through(database, Staged(**{word: [b"421 4.7.0 too busy\r\n"]}))
    assert set(states(database)[0]) == {"waiting"}
    paused = dispatch(database, dispatch_id)
    assert paused.state == "paused"
    assert "421 4.7.0 too busy" in paused.reason
    assert paused.resume_at is not None


def test_a_server_that_will_not_relay_refuses_nobody(database, dispatch_id):
    sent_through(database, Staged(RCPT=[b"554 5.7.1 Relay access denied\r\n"]))
    assert set(states(database)[0]) == {"waiting"}
    paused = dispatch(database, dispatch_id)
    assert paused.state == "paused"
    assert paused.resume_at is None


@pytest.mark.parametrize(
    "script",
    [
        Staged(PIPELINING),
        Staged(STARTTLS, STARTTLS=[b"454 4.7.0 TLS not available\r\n"]),
        Staged(STARTTLS, STARTTLS=[b"220 go\r\n250 slipped in\r\n"]),
        Staged(STARTTLS, STARTTLS=[b"220 go\r\n"]),
    ],
    ids=["stripped", "refused", "injected", "bad certificate"],
)
def test_nothing_leaves_over_a_line_that_is_not_protected(
    database, dispatch_id, tmp_path, script
):
    server = sent_through(
        database, script, security="starttls", context=Certificate(tmp_path).context
    )
    assert {word.split()[0] for word in server.heard} <= {"EHLO", "STARTTLS"}
    assert server.texts == []
    assert set(states(database)[0]) == {"waiting"}
    assert dispatch(database, dispatch_id).state == "paused"


def test_a_text_that_never_ended_is_not_taken_for_sent(database, dispatch_id):
    found = sent_through(database, Staged(TEXT=[CUT_IN_TEXT]))
    assert found.took == []
    assert "accepted" not in states(database)[0]

"""The smtp channel against a real server on this machine, with scripted faults."""

import socket
from datetime import timedelta

import pytest
from pydantic import ValidationError
from smtp_double import (
    CUT_IN_TEXT,
    EHLO,
    GO_ON,
    GREETING,
    HANG_UP,
    OK,
    PIPELINING,
    STARTTLS,
    a_channel,
    a_message,
    a_server,
)

from distributor.channels.base import ChannelFault, Verdict

WAYS = pytest.mark.parametrize("offers", [EHLO, PIPELINING], ids=["one", "row"])


def outcome_of(*script):
    """What becomes of one message when the server answers like this."""
    with a_server([GREETING, EHLO, *script]) as server:
        connection = a_channel(server.port).connect()
        (outcome,) = connection.send([a_message()]).outcomes
        connection.close()
    return outcome


def fault_of(*script):
    """The fault of the first message, whether the line broke before it or with it."""
    with a_server(script) as server:
        try:
            connection = a_channel(server.port).connect()
        except ChannelFault as fault:
            return fault
        sent = connection.send([a_message()])
        connection.close()
    assert [one.verdict for one in sent.outcomes] == [Verdict.BACK]
    return sent.fault


def test_a_message_arrives_whole_with_its_dots():
    content = b"Subject: x\r\n\r\n.first\r\n..second\r\nlast"
    with a_server([GREETING, EHLO, OK, OK, GO_ON, b"250 queued as 7\r\n"]) as server:
        connection = a_channel(server.port).connect()
        (outcome,) = connection.send([a_message(content)]).outcomes
        connection.close()
    assert (outcome.verdict, outcome.answer) == (Verdict.ACCEPTED, "250 queued as 7")
    assert server.texts == [
        b"Subject: x\r\n\r\n..first\r\n...second\r\nlast\r\n",
    ]
    assert "MAIL FROM:<presse@ministere.test> SIZE=38" in server.heard
    assert "RCPT TO:<n@presse.test>" in server.heard


@pytest.mark.parametrize(
    ("script", "verdict"),
    [
        ([OK, b"450 greylisted\r\n"], Verdict.LATER),
        ([OK, b"550 no such user\r\n"], Verdict.REFUSED),
        ([OK, OK, b"451 not now\r\n"], Verdict.LATER),
        ([OK, OK, b"554 no\r\n"], Verdict.REFUSED),
        ([OK, OK, GO_ON, b"452 full\r\n"], Verdict.LATER),
        ([OK, OK, GO_ON, b"554 spam\r\n"], Verdict.REFUSED),
        ([OK, OK, GO_ON, HANG_UP], Verdict.UNSURE),
        ([OK, b"251 forwarded\r\n", GO_ON, OK], Verdict.ACCEPTED),
    ],
)
def test_the_stage_decides_what_becomes_of_the_message(script, verdict):
    assert outcome_of(*script).verdict is verdict


def test_a_line_cut_inside_the_text_was_certainly_not_accepted():
    # Far more than the line's buffers hold, so that the cut is seen while writing.
    content = b"Subject: x\r\n\r\n" + b"x" * 70 + b"\r\n"
    big = a_message(content * 400_000)
    script = [GREETING, b"250 here\r\n", OK, OK, GO_ON, CUT_IN_TEXT]
    with a_server(script) as server:
        connection = a_channel(server.port).connect()
        (outcome,) = connection.send([big]).outcomes
        connection.close()
    assert outcome.verdict is Verdict.LATER


@pytest.mark.parametrize(
    ("script", "again"),
    [
        ([b"554 go away\r\n"], False),
        ([b"421 busy\r\n"], True),
        ([HANG_UP], True),
        ([GREETING, b"550 no\r\n", b"550 no\r\n"], False),
        ([GREETING, EHLO, b"550 sender refused\r\n"], False),
        ([GREETING, EHLO, b"530 sign in first\r\n"], False),
        ([GREETING, EHLO, b"421 too many\r\n"], True),
        ([GREETING, EHLO, HANG_UP], True),
        ([GREETING, EHLO, OK, b"421 closing\r\n"], True),
        ([GREETING, EHLO, OK, HANG_UP], True),
        ([GREETING, EHLO, OK, OK, GO_ON, b"421 closing\r\n"], True),
    ],
)
def test_faults_of_the_channel_say_whether_to_try_again(script, again):
    fault = fault_of(*script)
    assert (fault.again_after is not None) == again
    assert fault.reason


def test_a_closed_port_is_a_fault_that_passes():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(ChannelFault, match="cannot be reached") as caught:
        a_channel(port).connect()
    assert caught.value.again_after == timedelta(minutes=1)


def test_a_server_without_starttls_hears_nothing_in_clear():
    with (
        a_server([GREETING, EHLO]) as server,
        pytest.raises(ChannelFault, match="STARTTLS") as caught,
    ):
        a_channel(server.port, security="starttls").connect()
    assert caught.value.again_after is None
    assert [word.split()[0] for word in server.heard] == ["EHLO"]


@pytest.mark.parametrize(
    ("answer", "again"), [(b"454 not now\r\n", True), (b"501 no\r\n", False)]
)
def test_a_refused_starttls_is_never_gone_past(answer, again):
    protected = {"security": "starttls", "user": "u", "password": "p"}
    with (
        a_server([GREETING, STARTTLS, answer]) as server,
        pytest.raises(ChannelFault) as caught,
    ):
        a_channel(server.port, **protected).connect()
    assert (caught.value.again_after is not None) == again
    assert not any("AUTH" in word or "MAIL" in word for word in server.heard)


def test_a_password_is_never_sent_over_an_open_line():
    with pytest.raises(ValidationError, match="open line"):
        a_channel(25, user="u", password="p")


def test_a_line_that_the_server_closed_between_messages_is_opened_again():
    once = [GREETING, EHLO, OK, OK, GO_ON, OK, HANG_UP]
    with a_server(once, [GREETING, EHLO, OK, OK, GO_ON, OK]) as server:
        connection = a_channel(server.port).connect()
        verdicts = [
            connection.send([a_message()]).outcomes[0].verdict for _ in range(2)
        ]
        connection.close()
    assert verdicts == [Verdict.ACCEPTED, Verdict.ACCEPTED]
    assert len(server.texts) == 2


def test_after_a_refusal_the_same_line_goes_on():
    script = [GREETING, EHLO, OK, b"550 no\r\n", OK, OK, OK, GO_ON, OK]
    with a_server(script) as server:
        connection = a_channel(server.port).connect()
        outcomes = connection.send([a_message(), a_message()]).outcomes
        connection.close()
    assert [one.verdict for one in outcomes] == [Verdict.REFUSED, Verdict.ACCEPTED]
    assert "rset" in [word.lower() for word in server.heard]


def test_what_was_accepted_before_a_fault_is_answered():
    script = [GREETING, EHLO, OK, OK, GO_ON, OK, b"421 enough\r\n"]
    with a_server(script) as server:
        connection = a_channel(server.port).connect()
        outcomes = connection.send([a_message(), a_message()]).outcomes
        connection.close()
    assert [one.verdict for one in outcomes] == [Verdict.ACCEPTED, Verdict.BACK]


def test_the_servers_words_cannot_forge_a_line():
    outcome = outcome_of(OK, b"550-no\r\n550 \x1b[31m\x00 such user\r\n")
    assert outcome.answer.isprintable()

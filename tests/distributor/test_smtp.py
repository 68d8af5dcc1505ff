"""The smtp channel against a real server on this machine, with scripted faults."""

import socket
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from smtp_double import (
    CUT_IN_TEXT,
    EHLO,
    HANG_UP,
    OK,
    PIPELINING,
    Staged,
    a_channel,
    a_message,
    a_server,
    messages,
)

from distributor.channels.base import ChannelFault, Verdict

# Both ways of speaking: one command at a time, and in a row.
WAYS = pytest.mark.parametrize("offers", [EHLO, PIPELINING], ids=["singly", "in a row"])


def outcome_of(offers, **answers):
    """What becomes of one message when the server answers like this."""
    with a_server(Staged(offers, **answers)) as server:
        connection = a_channel(server.port).connect()
        (outcome,) = connection.send([a_message()]).outcomes
        connection.close()
    assert (outcome.verdict is Verdict.ACCEPTED) == bool(server.took)
    return outcome


def fault_of(offers, **answers):
    """The fault of the first message, whether the line broke before it or with it."""
    with a_server(Staged(offers, **answers)) as server:
        try:
            connection = a_channel(server.port).connect()
        except ChannelFault as fault:
            return fault
        sent = connection.send([a_message()])
        connection.close()
    assert [one.verdict for one in sent.outcomes] == [Verdict.BACK]
    return sent.fault


def verdicts_of(count, *scripts):
    """What becomes of several messages handed over in one go, and whether it was a fault."""
    with a_server(*scripts) as server:
        connection = a_channel(server.port).connect()
        sent = connection.send(messages(count))
        connection.close()
    accepted = [
        f"n{index}@presse.test"
        for index, one in enumerate(sent.outcomes)
        if one.verdict is Verdict.ACCEPTED
    ]
    assert accepted == server.took
    return [str(one.verdict) for one in sent.outcomes], sent.fault


@WAYS
def test_a_message_arrives_whole_with_its_dots(offers):
    content = b"Subject: x\r\n\r\n.first\r\n..second\r\nlast"
    with a_server(Staged(offers, TEXT=[b"250 queued as 7\r\n"])) as server:
        connection = a_channel(server.port).connect()
        (outcome,) = connection.send([a_message(content)]).outcomes
        connection.close()
    assert (outcome.verdict, outcome.answer) == (Verdict.ACCEPTED, "250 queued as 7")
    assert outcome.reference == "7"
    assert server.texts == [
        b"Subject: x\r\n\r\n..first\r\n...second\r\nlast\r\n",
    ]
    assert server.heard[1:4] == [
        "MAIL FROM:<presse@ministere.test> SIZE=38",
        "RCPT TO:<n@presse.test>",
        "DATA",
    ]


@WAYS
@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        ({"RCPT": [b"450 4.7.1 greylisted\r\n"]}, Verdict.LATER),
        ({"RCPT": [b"451 4.7.1 try again in 300 s\r\n"]}, Verdict.LATER),
        ({"RCPT": [b"452 4.5.3 too many recipients\r\n"]}, Verdict.LATER),
        ({"RCPT": [b"552 5.2.2 mailbox full\r\n"]}, Verdict.LATER),
        ({"RCPT": [b"550 no such user\r\n"]}, Verdict.REFUSED),
        ({"RCPT": [b"550-no\r\n550 such user\r\n"]}, Verdict.REFUSED),
        ({"RCPT": [b"550 5.7.1 not for you\r\n"]}, Verdict.REFUSED),
        ({"RCPT": [b"251 forwarded\r\n"]}, Verdict.ACCEPTED),
        ({"MAIL": [b"552 5.3.4 too big\r\n"]}, Verdict.REFUSED),
        ({"DATA": [b"451 not now\r\n"]}, Verdict.LATER),
        ({"DATA": [b"554 no\r\n"]}, Verdict.REFUSED),
        ({"TEXT": [b"452 full\r\n"]}, Verdict.LATER),
        ({"TEXT": [b"552 5.3.4 too big\r\n"]}, Verdict.REFUSED),
        ({"TEXT": [b"554 spam\r\n"]}, Verdict.REFUSED),
        ({"TEXT": [HANG_UP]}, Verdict.UNSURE),
        ({"TEXT": [b"garbage\r\n"]}, Verdict.UNSURE),
        ({"TEXT": [b"354 and now?\r\n"]}, Verdict.UNSURE),
    ],
)
def test_the_stage_decides_what_becomes_of_the_message(offers, answers, verdict):
    assert outcome_of(offers, **answers).verdict is verdict


@WAYS
def test_half_an_answer_to_the_text_is_no_answer(offers):
    with a_server(Staged(offers, TEXT=[b"250-half an answer\r\n25"])) as server:
        connection = a_channel(server.port, timeout=2).connect()
        sent = connection.send([a_message()])
        connection.close()
    assert sent.outcomes[0].verdict is Verdict.UNSURE


def test_a_line_cut_inside_the_text_was_certainly_not_accepted():
    # Far more than the line's buffers hold, so that the cut is seen while writing.
    content = b"Subject: x\r\n\r\n" + b"x" * 70 + b"\r\n"
    big = a_message(content * 400_000)
    with a_server(Staged(b"250 here\r\n", TEXT=[CUT_IN_TEXT])) as server:
        connection = a_channel(server.port).connect()
        (outcome,) = connection.send([big]).outcomes
        connection.close()
    assert outcome.verdict is Verdict.LATER


@WAYS
@pytest.mark.parametrize(
    ("answers", "again"),
    [
        ({"GREETING": [b"554 go away\r\n"]}, False),
        ({"GREETING": [b"554 5.7.1 go away\r\n"]}, False),
        ({"GREETING": [b"421 busy\r\n"]}, True),
        ({"GREETING": [b"450 busy\r\n"]}, True),
        ({"GREETING": [HANG_UP]}, True),
        ({"GREETING": [b"SSH-2.0-OpenSSH\r\n"]}, True),
        ({"GREETING": [b"220-a\r\n221 b\r\n"]}, True),
        ({"EHLO": [b"550 no\r\n"]}, False),
        ({"EHLO": [b"421 no\r\n"]}, True),
        ({"EHLO": [HANG_UP]}, True),
        ({"MAIL": [b"550 sender refused\r\n"]}, False),
        ({"MAIL": [b"550 5.7.1 sender refused\r\n"]}, False),
        ({"MAIL": [b"530 sign in first\r\n"]}, False),
        ({"MAIL": [b"451 not now\r\n"]}, True),
        ({"MAIL": [b"503 out of order\r\n"]}, True),
        ({"MAIL": [b"421 too many\r\n"]}, True),
        ({"MAIL": [HANG_UP]}, True),
        ({"MAIL": [b"354 what?\r\n"]}, True),
        ({"RCPT": [b"421 closing\r\n"]}, True),
        ({"RCPT": [b"535 5.7.8 not you\r\n"]}, False),
        ({"RCPT": [b"554 5.7.1 Relay access denied\r\n"]}, False),
        ({"RCPT": [b"550 relay not permitted\r\n"]}, False),
        ({"RCPT": [HANG_UP]}, True),
        ({"DATA": [b"421 closing\r\n"]}, True),
        ({"DATA": [HANG_UP]}, True),
        ({"DATA": [b"354 go on\r\n250 ok\r\n"]}, True),
        ({"TEXT": [b"421 closing\r\n"]}, True),
    ],
)
def test_faults_of_the_channel_say_whether_to_try_again(offers, answers, again):
    fault = fault_of(offers, **answers)
    assert (fault.again_after is not None) == again
    assert fault.reason.endswith(".")


def test_a_closed_port_is_a_fault_that_passes():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(ChannelFault, match="cannot be reached") as caught:
        a_channel(port).connect()
    assert caught.value.again_after == timedelta(minutes=1)


@WAYS
def test_many_messages_go_over_one_line(offers):
    assert verdicts_of(20, Staged(offers)) == (["accepted"] * 20, None)


def test_the_next_envelope_leaves_with_the_end_of_the_text():
    with a_server(Staged()) as server:
        connection = a_channel(server.port).connect()
        connection.send(messages(3))
        connection.close()
    assert [word.split()[0] for word in server.heard] == [
        "EHLO",
        *["MAIL", "RCPT", "DATA"] * 3,
    ]


@WAYS
def test_a_refused_recipient_keeps_the_others_and_the_line(offers):
    answers = {"RCPT": [OK, b"550 5.1.1 no\r\n", b"450 4.7.1 wait\r\n"]}
    verdicts, fault = verdicts_of(5, Staged(offers, **answers))
    assert verdicts == ["accepted", "refused", "later", "accepted", "accepted"]
    assert fault is None


@WAYS
def test_a_refused_text_keeps_the_others_and_the_line(offers):
    answers = {"TEXT": [OK, b"554 5.7.1 spam\r\n", b"452 4.3.1 full\r\n"]}
    verdicts, fault = verdicts_of(5, Staged(offers, **answers))
    assert verdicts == ["accepted", "refused", "later", "accepted", "accepted"]
    assert fault is None


def test_a_server_that_waits_for_a_text_without_a_recipient_gets_none():
    odd = Staged(RCPT=[b"550 no\r\n"], DATA=[b"354 go on\r\n"])
    verdicts, fault = verdicts_of(3, odd, Staged())
    assert (verdicts, fault) == (["refused", "accepted", "accepted"], None)


@WAYS
def test_a_line_that_the_server_closed_between_messages_is_opened_again(offers):
    once = Staged(offers, MAIL=[OK, HANG_UP])
    assert verdicts_of(3, once, Staged(offers)) == (["accepted"] * 3, None)


@WAYS
def test_what_was_accepted_before_a_fault_is_answered(offers):
    verdicts, fault = verdicts_of(4, Staged(offers, MAIL=[OK, OK, b"421 enough\r\n"]))
    assert verdicts == ["accepted", "accepted", "back", "back"]
    assert fault.again_after == timedelta(minutes=1)


@WAYS
def test_one_cut_line_leaves_one_message_in_doubt(offers):
    cut = Staged(offers, TEXT=[OK, OK, HANG_UP])
    verdicts, fault = verdicts_of(5, cut, Staged(offers))
    assert verdicts == ["accepted", "accepted", "unsure", "accepted", "accepted"]
    assert fault is None


@WAYS
def test_a_server_that_answers_no_text_makes_one_doubt_and_no_more(offers):
    verdicts, fault = verdicts_of(5, Staged(offers, TEXT=[HANG_UP]))
    assert verdicts == ["unsure", "back", "back", "back", "back"]
    assert fault.again_after == timedelta(minutes=1)


@WAYS
def test_an_answer_that_came_before_the_line_broke_counts(offers):
    gone = Staged(offers, GREETING=[HANG_UP])
    verdicts, fault = verdicts_of(2, Staged(offers, MAIL=[OK, HANG_UP]), gone)
    assert verdicts == ["accepted", "back"]
    assert fault is not None


def test_a_message_larger_than_the_server_takes_is_refused_before_it_is_sent():
    big = a_message(b"Subject: x\r\n\r\n" + b"x\r\n" * 400)
    with a_server(Staged(b"250-here\r\n250 SIZE 1000\r\n")) as server:
        connection = a_channel(server.port).connect()
        big_one, small = connection.send([big, a_message()]).outcomes
        connection.close()
    assert big_one.verdict is Verdict.REFUSED
    assert "1214 bytes" in big_one.answer
    assert small.verdict is Verdict.ACCEPTED
    assert len(server.texts) == 1


def test_a_wrong_return_path_refuses_nobody():
    with a_server(Staged()) as server:
        connection = a_channel(server.port).connect()
        sent = connection.send([a_message(sender="presse@ministere.test>\r\nRSET")])
        connection.close()
    assert sent.outcomes[0].verdict is Verdict.BACK
    assert sent.fault.again_after is None
    assert "return path" in sent.fault.reason


def test_a_line_carries_no_more_messages_than_it_may():
    with a_server(Staged(), Staged(), Staged()) as server:
        connection = a_channel(server.port, max_messages_per_connection=2).connect()
        sent = connection.send(messages(5))
        connection.close()
    assert {one.verdict for one in sent.outcomes} == {Verdict.ACCEPTED}
    greetings = [word for word in server.heard if word.startswith("EHLO")]
    partings = [word for word in server.heard if word == "QUIT"]
    assert (len(greetings), len(partings)) == (3, 2)


def test_the_servers_words_cannot_forge_a_line():
    words = b"550-no\r\n550 \x1b[31m\x00 such user\r\n"
    outcome = outcome_of(PIPELINING, RCPT=[words])
    assert outcome.answer == "550 no [31m such user"


@WAYS
def test_delivery_reports_are_asked_for_where_they_are_offered(offers):
    offers = offers.replace(b"250-here\r\n", b"250-here\r\n250-DSN\r\n")
    with a_server(Staged(offers)) as server:
        connection = a_channel(server.port).connect()
        connection.send([a_message(recipient="a+b@presse.test", token="t7")])
        connection.close()
    assert server.heard[1].endswith(" RET=HDRS ENVID=t7")
    assert server.heard[2] == (
        "RCPT TO:<a+b@presse.test> NOTIFY=FAILURE,DELAY ORCPT=rfc822;a+2Bb@presse.test"
    )


def test_a_slow_server_gets_no_more_messages_than_the_call_has_time_for():
    class Hurrying:
        """Machine time that runs ahead at each look."""

        seconds = 0.0

        def monotonic(self):
            self.seconds += 0.1
            return self.seconds

        def wait(self, duration):
            self.seconds += duration.total_seconds()

    with a_server(Staged()) as server:
        connection = a_channel(server.port, timer=Hurrying(), timeout=6).connect()
        sent = connection.send(messages(20))
        connection.close()
    verdicts = [one.verdict for one in sent.outcomes]
    assert sent.fault is None
    assert 0 < verdicts.count(Verdict.ACCEPTED) < 20
    assert verdicts.count(Verdict.ACCEPTED) == len(server.took)
    assert set(verdicts) == {Verdict.ACCEPTED, Verdict.BACK}


def test_a_common_server_takes_it():
    class Mailbox:
        async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
            return "250 OK"

    class AnyPort(Controller):
        def _trigger_server(self):
            # aiosmtpd dials the port it was asked for, which is 0.
            self.port = self.server.sockets[0].getsockname()[1]
            super()._trigger_server()

    server = AnyPort(Mailbox(), hostname="127.0.0.1", port=0)
    server.start()
    try:
        connection = a_channel(server.port).connect()
        sent = connection.send(messages(30))
        connection.close()
    finally:
        server.stop()
    assert {one.verdict for one in sent.outcomes} == {Verdict.ACCEPTED}

"""A server that answers byte by byte holds nobody longer than the time-out; others go on."""

import threading

import pytest
from smtp_double import OK, Drip, Staged, a_channel, a_server, messages

from distributor.channels.base import ChannelFault, Verdict

TIMEOUT = 2  # seconds


def outcomes(port, count=2):
    """What becomes of messages; a drip has no end, so that an answer is a time-out's."""
    try:
        connection = a_channel(port, timeout=TIMEOUT).connect()
    except ChannelFault:
        return []
    sent = connection.send(messages(count))
    connection.close()
    return [one.verdict for one in sent.outcomes]


@pytest.mark.parametrize(
    ("word", "verdicts"),
    [
        ("GREETING", []),
        ("EHLO", []),
        ("MAIL", [Verdict.BACK, Verdict.BACK]),
        ("RCPT", [Verdict.BACK, Verdict.BACK]),
        ("DATA", [Verdict.BACK, Verdict.BACK]),
        ("TEXT", [Verdict.UNSURE, Verdict.BACK]),
    ],
)
def test_the_time_out_counts_for_the_whole_answer(word, verdicts):
    with a_server(Staged(**{word: [Drip()]})) as server:
        assert outcomes(server.port) == verdicts


def test_another_line_goes_on_meanwhile():
    with a_server(Staged(RCPT=[OK, Drip()]), Staged()) as server:
        channel = a_channel(server.port, timeout=10)
        slow, quick = channel.connect(), channel.connect()
        dripping = threading.Thread(target=slow.send, args=(messages(2),), daemon=True)
        dripping.start()
        sent = quick.send(messages(20))
        assert dripping.is_alive()
        quick.close()
    dripping.join(timeout=30)
    slow.close()
    assert {one.verdict for one in sent.outcomes} == {Verdict.ACCEPTED}

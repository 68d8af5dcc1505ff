"""Whatever a server says, each message gets one outcome, and an accepted one is called so."""

from hypothesis import given, settings
from hypothesis import strategies as st
from smtp_double import (
    CUT_IN_TEXT,
    EHLO,
    HANG_UP,
    PIPELINING,
    Staged,
    a_channel,
    a_server,
    messages,
)

from distributor.channels.base import ChannelFault, Verdict

_SAID = st.sampled_from(
    [
        HANG_UP,
        b"250 ok\r\n",
        b"250 ok\r\n",
        b"250-ok\r\n250 queued as 7\r\n",
        b"250 ok\r\n250 ok\r\n",
        b"354 go on\r\n",
        b"421 4.7.0 closing\r\n",
        b"450 4.7.1 greylisted\r\n",
        b"452 4.5.3 too many\r\n",
        b"503 5.5.1 out of order\r\n",
        b"530 5.7.0 sign in\r\n",
        b"550 5.1.1 nobody\r\n",
        b"552 5.3.4 too big\r\n",
        b"554 5.7.1 Relay access denied\r\n",
        b"250-a\r\n251 b\r\n",
        b"nonsense\r\n",
        b"\0\xff\r\n",
    ]
)
_GOOD = {"RCPT": b"250 ok\r\n", "DATA": b"354 go on\r\n"}


def _answers(word):
    """Mostly what lets the conversation go on, so that it comes far."""
    good = _GOOD.get(word, b"250 ok\r\n")
    return st.lists(st.one_of(st.just(good), st.just(good), _SAID), max_size=5)


_SCRIPT = st.builds(
    Staged,
    st.sampled_from([EHLO, PIPELINING]),
    MAIL=_answers("MAIL"),
    RCPT=_answers("RCPT"),
    DATA=_answers("DATA"),
    TEXT=st.one_of(_answers("TEXT"), st.just([CUT_IN_TEXT])),
    RSET=_answers("RSET"),
)


@settings(max_examples=150, deadline=None)
@given(scripts=st.lists(_SCRIPT, min_size=1, max_size=4), count=st.integers(1, 6))
def test_any_script_gives_one_true_outcome_for_each_message(scripts, count):
    last = Staged(GREETING=[b"421 enough\r\n"])
    given_messages = messages(count)
    with a_server(*scripts, *[last] * (count + 1)) as server:
        try:
            connection = a_channel(server.port, timeout=2).connect()
        except ChannelFault:
            return
        sent = connection.send(given_messages)
        connection.close()
    assert len(sent.outcomes) == count
    named = dict(
        zip([one.recipient for one in given_messages], sent.outcomes, strict=True)
    )
    for recipient in server.took:
        assert named[recipient].verdict is Verdict.ACCEPTED
    for recipient, outcome in named.items():
        if outcome.verdict is Verdict.ACCEPTED:
            assert server.took.count(recipient) == 1
        if outcome.verdict is Verdict.UNSURE:
            assert recipient in server.begun
        if outcome.verdict in {Verdict.LATER, Verdict.BACK, Verdict.REFUSED}:
            assert outcome.answer
    kept_back = any(one.verdict is Verdict.BACK for one in sent.outcomes)
    assert sent.fault is not None or not kept_back

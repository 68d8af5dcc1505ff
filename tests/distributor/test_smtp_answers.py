"""What a server's answer makes of a message, by its stage and its enhanced code."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distributor.channels.base import ChannelFault, Verdict
from distributor.channels.smtp.answers import (
    Answer,
    Stage,
    accepted,
    is_good,
    not_accepted,
)


@pytest.mark.parametrize(
    ("said", "reference"),
    [
        (b"2.0.0 Ok: queued as 4Xk2Lq3zWnz1yZ", "4Xk2Lq3zWnz1yZ"),
        (b"Ok: queued as 8F1B7C0.", "8F1B7C0"),
        (b"OK id=1tFQxY-0000000Abc-1234", "1tFQxY-0000000Abc-1234"),
        (b"2.6.0 <t@x> [InternalId=9876543210, Hostname=a.b] Queued", "9876543210"),
        (b"2.0.0 4AO9abCD012345 Message accepted for delivery", "4AO9abCD012345"),
        (b"2.0.0 Ok", "t1"),
        (b"valid=1", "t1"),
        (b"", "t1"),
    ],
)
def test_the_servers_own_name_for_a_message_is_kept(said, reference):
    assert accepted(Answer(250, said), token="t1").reference == reference


@pytest.mark.parametrize(
    ("stage", "code", "said", "verdict"),
    [
        (Stage.RCPT, 450, b"4.2.2 mailbox full", Verdict.LATER),
        (Stage.RCPT, 550, b"5.2.2 mailbox full", Verdict.LATER),
        (Stage.TEXT, 552, b"5.2.2 mailbox full", Verdict.LATER),
        (Stage.RCPT, 552, b"5.5.3 too many recipients", Verdict.LATER),
        (Stage.RCPT, 550, b"5.2.20 not quite full", Verdict.REFUSED),
        (Stage.RCPT, 450, b"5.1.1 contradicts itself", Verdict.LATER),
        (Stage.RCPT, 550, b"5.1.1 mentions relay.test", Verdict.REFUSED),
        (Stage.RCPT, 450, b"4.7.1 relay later", Verdict.LATER),
        (Stage.TEXT, 550, b"5.7.1 relayed spam", Verdict.REFUSED),
        (Stage.MAIL, 550, b"5.6.7 no such letters", Verdict.REFUSED),
        (Stage.TEXT, 554, b"", Verdict.REFUSED),
    ],
)
def test_what_passes_is_tried_later(stage, code, said, verdict):
    assert not_accepted(stage, Answer(code, said)).verdict is verdict


@pytest.mark.parametrize(
    ("stage", "code", "said", "again_after"),
    [
        (Stage.MAIL, 550, b"5.7.1 sender not allowed", None),
        (Stage.MAIL, 451, b"4.7.0 rate", timedelta(minutes=5)),
        (Stage.RCPT, 550, b"5.7.54 unable to relay", None),
        (Stage.RCPT, 550, b"5.7.1 we do not relay", None),
        (Stage.RCPT, 421, b"4.7.0 slow down", timedelta(minutes=1)),
        (Stage.TEXT, 421, b"", timedelta(minutes=1)),
        (Stage.RCPT, 530, b"5.7.0 sign in", None),
        (Stage.RCPT, 220, b"what?", timedelta(minutes=1)),
    ],
)
def test_what_would_meet_everybody_is_the_channels_fault(
    stage, code, said, again_after
):
    with pytest.raises(ChannelFault) as caught:
        not_accepted(stage, Answer(code, said))
    assert caught.value.again_after == again_after


@given(
    stage=st.sampled_from(list(Stage)),
    code=st.integers(200, 599),
    said=st.binary(max_size=3000),
)
def test_every_answer_has_one_meaning(stage, code, said):
    answer = Answer(code, said)
    assert answer.words.isprintable()
    assert len(answer.words) <= 1004
    if is_good(stage, answer):
        return
    try:
        outcome = not_accepted(stage, answer)
    except ChannelFault:
        return
    assert answer.is_no
    assert outcome.verdict in {Verdict.LATER, Verdict.REFUSED}
    assert outcome.verdict is Verdict.LATER or code >= 500

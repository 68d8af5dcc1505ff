import pytest
from hypothesis import given
from hypothesis import strategies as st

from distributor.sending.causes import FAULTY, Cause, cause


@pytest.mark.parametrize(
    ("state", "reason", "expected"),
    [
        ("refused", "550 5.1.1 <a@b.test>: Recipient unknown", Cause.NO_SUCH_ADDRESS),
        ("refused", "550 no such user here", Cause.NO_SUCH_ADDRESS),
        ("refused", "550 5.2.1 The account is disabled", Cause.NO_SUCH_ADDRESS),
        ("bounced", "bounced: smtp; 550 5.1.10 Unknown", Cause.NO_SUCH_ADDRESS),
        ("waiting", "452 4.2.2 The mailbox is full", Cause.MAILBOX_FULL),
        ("refused", "552 5.3.4 Message too big", Cause.TOO_BIG),
        ("refused", "550 5.7.1 Rejected by policy", Cause.UNWANTED),
        ("refused", "554 spam", Cause.UNWANTED),
        ("waiting", "451 4.7.1 Greylisted, come back", Cause.LATER),
        ("waiting", "", Cause.LATER),
        ("refused", "deadline", Cause.DEADLINE),
        ("complained", "complained", Cause.COMPLAINT),
        ("unsure", "crash", Cause.DOUBT),
        ("bounced", "bounced", Cause.OTHER),
        ("bounced", "bounced: see 10.5.1.1 for details", Cause.OTHER),
    ],
)
def test_the_words_of_a_server_name_one_of_a_few_causes(state, reason, expected):
    assert cause(state, reason) is expected


@given(state=st.sampled_from(FAULTY), reason=st.text(max_size=80))
def test_whatever_a_server_says_has_a_cause(state, reason):
    assert cause(state, reason) in Cause

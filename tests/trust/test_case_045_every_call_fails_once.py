"""Case 45: the n-th call to database, file, network or mail server fails, for every n.

Here every so many calls, another set of them with each seed of the run; all of them by
`make bench ONLY="soak calls"`.
"""

import random

import every_call_ground as ground
import pytest
from office_faults import Kind
from quiet_logs import quiet_logs

STRIKES = 2


@pytest.fixture(autouse=True)
def _quiet():
    with quiet_logs():
        yield


def some(calls):
    """Some of the calls, spread over all of them, others with each seed."""
    stride = calls // STRIKES
    first = 1 + random.randrange(stride)  # noqa: S311 - which to try, no secret
    return range(first, calls + 1, stride)


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def server(request):
    """Where databases are made; empty for files."""
    if request.param == "sqlite":
        return ""
    return request.getfixturevalue("postgres_url").rpartition("/")[0]


@pytest.mark.parametrize("kind", list(Kind))
def test_a_dispatch_whose_nth_call_fails_ends_with_everybody_reached_or_named(
    server, kind, tmp_path
):
    with ground.sending(tmp_path, server=server) as play:
        calls, ended = play()
        assert ended == (ground.RECIPIENTS, 0, {})
        for at in some(calls):
            ground.require(play(at, kind)[1])


@pytest.mark.parametrize("kind", list(Kind))
def test_a_pass_whose_nth_call_fails_loses_no_article(server, kind, tmp_path):
    with ground.listening(tmp_path, server=server) as play:
        calls, _ = play()
        assert calls > STRIKES
        for at in some(calls):
            again, _ = play(at, kind)
            assert again >= at, "the call was made"

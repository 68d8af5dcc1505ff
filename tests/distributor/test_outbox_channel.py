"""The outbox: several connections, of several workers, may be the first to open its folder."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from distributor.channels.base import Message, Verdict
from distributor.channels.outbox import Channel, OutboxOptions

CONNECTIONS = 8


def a_message(number=1):
    return Message(
        sender="presse@ministere.test",
        recipient=f"p{number}@presse.test",
        token=f"t{number}",
        content=b"Subject: x\n\ny\n",
    )


def hand_over(channel, number):
    connection = channel.connect()
    try:
        return connection.send([a_message(number)])
    finally:
        connection.close()


def test_connections_that_open_a_new_folder_at_once_all_get_through(tmp_path):
    """Once, the loser of that race stopped the whole dispatch until a person came."""
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        for turn in range(60):
            folder = tmp_path / str(turn) / "outbox"
            together = threading.Barrier(CONNECTIONS)

            def first(number, folder=folder, together=together):
                # A channel each, as in workers of their own: no lock of ours is shared.
                channel = Channel(OutboxOptions(folder=folder))
                together.wait(30)
                return hand_over(channel, number)

            sent = list(threads.map(first, range(CONNECTIONS)))
            assert [one.fault for one in sent] == [None] * CONNECTIONS
            assert len(list((folder / "new").iterdir())) == CONNECTIONS


@pytest.mark.parametrize("there", [(), ("tmp",), ("tmp", "new")])
def test_a_folder_that_another_worker_is_still_making_is_used(tmp_path, there):
    folder = tmp_path / "outbox"
    for name in ("", *there):
        (folder / name).mkdir()
    sent = hand_over(Channel(OutboxOptions(folder=folder)), 1)
    assert sent.fault is None
    assert [one.verdict for one in sent.outcomes] == [Verdict.ACCEPTED]


def test_only_we_may_read_what_is_kept(tmp_path):
    hand_over(Channel(OutboxOptions(folder=tmp_path / "a" / "outbox")), 1)
    for name in ("", "tmp", "new", "cur"):
        assert (tmp_path / "a" / "outbox" / name).stat().st_mode & 0o077 == 0

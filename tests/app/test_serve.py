"""One process: what it serves ends with it, however its run ends."""

import signal
import socket
import threading

import pytest
from fastapi import FastAPI

from app.serve import Ending, Front, run


class Struck(Ending):
    """A run that is not told to end: it fails."""

    def wait(self, is_due=None):
        del is_due
        raise RuntimeError("as told")


@pytest.fixture(autouse=True)
def _own_signals():
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


class Told(Ending):
    """A run that ends at once, for the next one."""

    def wait(self, is_due=None):
        del is_due


def a_front(host="127.0.0.1"):
    return Front(pages=FastAPI(), host=host, port=0)


def test_pages_do_not_outlive_a_run_that_fails():
    fronts = [a_front(), a_front("127.0.0.2")]
    with Struck() as ending, pytest.raises(RuntimeError, match="as told"):
        run(jobs=(), fronts=fronts, ending=ending)
    left = [one for one in threading.enumerate() if one.name == "pages"]
    assert left == []


def test_an_office_opened_anew_keeps_its_port_and_leaves_the_one_it_uses_no_more():
    before, after = a_front(), a_front("127.0.0.2")
    with Told() as ending:
        run(jobs=(), fronts=[before], ending=ending)
        first = ending.port(before).getsockname()
        run(jobs=(), fronts=[before, after], ending=ending)
        assert ending.port(before).getsockname() == first
        second = ending.port(after).getsockname()
        run(jobs=(), fronts=[after], ending=ending)
        assert ending.port(after).getsockname() == second
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(first, timeout=5)


def test_a_port_may_be_kept_on_fewer_addresses():
    with Told() as ending:
        every = "0.0.0.0"  # noqa: S104 - that it is left is what is looked at
        everywhere = Front(pages=FastAPI(), host=every, port=a_free_port())
        run(jobs=(), fronts=[everywhere], ending=ending)
        here = Front(pages=FastAPI(), host="127.0.0.1", port=everywhere.port)
        run(jobs=(), fronts=[here], ending=ending)
        assert ending.port(here).getsockname() == ("127.0.0.1", here.port)


def a_free_port():
    with socket.create_server(("127.0.0.1", 0)) as asked:
        return asked.getsockname()[1]

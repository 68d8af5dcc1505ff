"""Functions for the tests of bounded work: honest, slow, greedy, deadly."""

import ctypes
import os
import re
import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from core.errors import Unavailable


class Named(Unavailable):
    def __init__(self, what, *, fault):
        super().__init__(what, to="here", mend="Mend it.")
        self.fault = fault


def add(one, two):
    return one + two


def who():
    return os.getpid()


def loaded():
    return sorted(sys.modules)


def compiled():
    return sys.pycache_prefix


def environment():
    return dict(os.environ)  # noqa: TID251 - to show that it is empty


def refuse():
    raise Named("It cannot be.", fault="hostile")


def fail():
    return int("one")


def loop():
    while True:
        pass


def backtrack():
    """Years inside one C function."""
    return re.match(r"(a+)+$", "a" * 60 + "b")


def hoard():
    return len([bytearray(50_000_000) for _ in range(10_000)])


def crash():
    ctypes.string_at(0)


def leave():
    os._exit(3)


def lonely():
    return lambda: None


def much(size):
    return b"x" * size


def offset(key):
    return datetime(2026, 11, 28, tzinfo=UTC).astimezone(ZoneInfo(key)).utcoffset()

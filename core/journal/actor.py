"""Who is acting: said once at the edge, read by the journal when something is changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

PAGE: Final = "page"
API: Final = "api"
COMMAND_LINE: Final = "command line"
JOB: Final = "job"
# Whoever has no account: a contact who follows a signed link, a provider that reports.
VISITOR: Final = "visitor"


@dataclass(slots=True)
class Actor:
    """May be named while its work goes on: a request begins before we know whose it is.

    One object for a whole request, so that the threads that serve it name the same one.
    """

    by: str
    via: str


_acting: ContextVar[Actor | None] = ContextVar("actor", default=None)


@contextmanager
def acting(by: str, *, via: str) -> Iterator[Actor]:
    """All that is changed inside is done by *by*, until `act_as` names somebody else."""
    actor = Actor(by, via)
    before = _acting.set(actor)
    try:
        yield actor
    finally:
        _acting.reset(before)


def act_as(by: str, *, via: str | None = None) -> None:
    """The one who is acting has said who they are."""
    actor = _acting.get()
    if actor is None:
        _acting.set(Actor(by, via or JOB))
        return
    actor.by = by
    actor.via = via or actor.via


def actor() -> Actor:
    """A thread that nobody told is the program itself."""
    return _acting.get() or Actor("program", JOB)

"""Triage: the queue of open proposals, and what a person says of one, until it is taken back."""

from monitor.triage.acting import UNDO, Act, Acted, Verb, act, said_by, take_back
from monitor.triage.choosing import (
    Choice,
    CopyChoice,
    choices,
    copies_of,
    releases_beside,
)
from monitor.triage.waiting import (
    PAGE,
    Copy,
    Neighbours,
    Waiting,
    Wanted,
    count,
    leader,
    neighbours,
    queue,
    row_of,
)

__all__ = [
    "PAGE",
    "UNDO",
    "Act",
    "Acted",
    "Choice",
    "Copy",
    "CopyChoice",
    "Neighbours",
    "Verb",
    "Waiting",
    "Wanted",
    "act",
    "choices",
    "copies_of",
    "count",
    "leader",
    "neighbours",
    "queue",
    "releases_beside",
    "row_of",
    "said_by",
    "take_back",
]

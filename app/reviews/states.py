"""The states of an edition of the review, and which may follow which.

open --freeze--> frozen --validate--> validated --send--> sent --a later version is sent--> replaced
  |                 ^                     |
  |                 +------ reopen -------+
  +--> skipped (nothing was found)
"""

from collections.abc import Mapping
from enum import StrEnum


class EditionState(StrEnum):
    # Articles still come in.
    OPEN = "open"
    # Its articles are fixed, its words can be edited.
    FROZEN = "frozen"
    VALIDATED = "validated"
    SENT = "sent"
    # Nothing was found, and the office wants no empty edition.
    SKIPPED = "skipped"
    REPLACED = "replaced"


_S = EditionState
FOLLOWS: Mapping[EditionState, frozenset[EditionState]] = {
    _S.OPEN: frozenset({_S.FROZEN, _S.SKIPPED}),
    _S.FROZEN: frozenset({_S.VALIDATED}),
    _S.VALIDATED: frozenset({_S.SENT, _S.FROZEN}),
    _S.SENT: frozenset({_S.REPLACED}),
    _S.SKIPPED: frozenset(),
    _S.REPLACED: frozenset(),
}


def may_follow(before: EditionState, after: EditionState) -> bool:
    return after in FOLLOWS[before]

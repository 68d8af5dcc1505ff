"""The states of a source, of a poll and of a coverage line."""

from enum import StrEnum


class SourceState(StrEnum):
    """What a person should think of a source (promise L3)."""

    NEW = "new"
    OK = "ok"
    BLOCKED = "blocked"
    FAILING = "failing"
    GONE = "gone"


class PollOutcome(StrEnum):
    READ = "read"
    UNCHANGED = "unchanged"
    BLOCKED = "blocked"
    NOT_A_SOURCE = "not-a-source"
    REFUSED = "refused"
    FAILED = "failed"
    GONE = "gone"


class Decision(StrEnum):
    """What people said of the machine's proposal."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"

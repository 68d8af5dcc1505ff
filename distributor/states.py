"""The states of a delivery and of a dispatch, and which may follow which (promise S1).

waiting --lease--> waiting --intent--> sending --answer--> accepted --event--> delivered
   |                                      |                   |                bounced
   |                                      |                   +--------------> complained
   |                                      +--> waiting   (not accepted, to be retried)
   |                                      +--> refused   (5yz, or the deadline passed)
   |                                      +--> unsure    (crash, or the answer was lost)
   +--> held, cancelled, refused(deadline)
"""

from collections.abc import Mapping
from enum import StrEnum


class DeliveryState(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    REFUSED = "refused"
    UNSURE = "unsure"
    CANCELLED = "cancelled"
    HELD = "held"


class Because(StrEnum):
    """Why a delivery was cancelled, refused or held, where no answer of a server says it."""

    SUPPRESSED = "suppressed"
    # Must have a correction all the same, and not by mail.
    CALL = "suppressed: call"
    STOPPED = "stopped"
    SUPERSEDED = "superseded"
    DEADLINE = "deadline"
    CRASH = "crash"
    UNDONE = "undone"
    ANSWERED = "answered"
    # Took themselves off the list of the readers.
    LEFT = "left"
    PAUSED = "paused"
    TOO_OFTEN = "too often"
    QUIET = "quiet"
    # Gets it as one of another group of readers.
    ALREADY = "has it already"
    NOT_REACHED = "not reached"
    REMINDED = "reminded"
    # Handed to a provider that could no longer give it back.
    NOT_WITHDRAWN = "could not be withdrawn"


class Purpose(StrEnum):
    """Why a dispatch is sent.

    A reminder reaches the silent, a correction and a cancellation the reached; the last two
    send no release.
    """

    RELEASE = "release"
    REMINDER = "reminder"
    CORRECTION = "correction"
    CANCELLATION = "cancellation"
    # A frozen edition of the review.
    EDITION = "edition"
    # What the office's own machine tells people of the office.
    NOTICE = "notice"


# These follow whoever another dispatch reached, and go on doing so.
FOLLOWING = frozenset({Purpose.CORRECTION, Purpose.CANCELLATION})

# These send bodies that were composed for them. They are their own approval: an edition was
# validated before it was frozen, and nobody is asked before a notice (S5).
COMPOSED = frozenset({Purpose.EDITION, Purpose.NOTICE})


class EventKind(StrEnum):
    """What a channel may report after an attempt. Opened and clicked only where tracking is on."""

    PROCESSED = "processed"
    DEFERRED = "deferred"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    # A mailbox that is full or away: counted, and suppressed only when it repeats.
    SOFT_BOUNCED = "soft-bounced"
    DROPPED = "dropped"
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"
    # Wants no more of one list, and everything else.
    LEFT_LIST = "left-list"
    OPENED = "opened"
    CLICKED = "clicked"


class DispatchState(StrEnum):
    """A dispatch waits for its time (`planned`), runs, and ends (`done` or `stopped`).

    `held` waits for a person (late, seal broken, not approved, clocks changed);
    `paused` waits for a person or for its channel.
    """

    PLANNED = "planned"
    RUNNING = "running"
    PAUSED = "paused"
    HELD = "held"
    STOPPED = "stopped"
    DONE = "done"


_S = DeliveryState

FOLLOWS: Mapping[DeliveryState, frozenset[DeliveryState]] = {
    _S.WAITING: frozenset({_S.SENDING, _S.HELD, _S.CANCELLED, _S.REFUSED}),
    _S.SENDING: frozenset({_S.ACCEPTED, _S.REFUSED, _S.WAITING, _S.UNSURE}),
    # Back to waiting, or cancelled, only out of a provider's cancelled batch (S7).
    _S.ACCEPTED: frozenset(
        {_S.DELIVERED, _S.BOUNCED, _S.COMPLAINED, _S.WAITING, _S.CANCELLED}
    ),
    _S.DELIVERED: frozenset({_S.BOUNCED, _S.COMPLAINED}),
    # Back to waiting, or cancelled, only out of a provider's cancelled batch (S7).
    _S.UNSURE: frozenset(
        {
            _S.ACCEPTED,
            _S.DELIVERED,
            _S.BOUNCED,
            _S.COMPLAINED,
            _S.REFUSED,
            _S.WAITING,
            _S.CANCELLED,
        }
    ),
    _S.HELD: frozenset({_S.WAITING, _S.CANCELLED}),
    # Who complains has got it after all: an absence note was taken for a bounce.
    _S.BOUNCED: frozenset({_S.COMPLAINED}),
    _S.COMPLAINED: frozenset(),
    _S.REFUSED: frozenset(),
    _S.CANCELLED: frozenset(),
}

# Nothing more will be done about these by ourselves.
ENDED: frozenset[DeliveryState] = frozenset(
    {
        _S.ACCEPTED,
        _S.DELIVERED,
        _S.BOUNCED,
        _S.COMPLAINED,
        _S.REFUSED,
        _S.UNSURE,
        _S.CANCELLED,
    }
)
OPEN = frozenset(_S) - ENDED


def may_follow(before: DeliveryState, after: DeliveryState) -> bool:
    return after in FOLLOWS[before]


class Asked(StrEnum):
    """What a person asks about their own data."""

    ACCESS = "access"
    CORRECTION = "correction"
    ERASURE = "erasure"
    OPPOSITION = "opposition"


class Came(StrEnum):
    """How such a request reached the office."""

    LETTER = "letter"
    MAIL = "mail"
    TELEPHONE = "telephone"
    VISIT = "visit"
    # On the preference page, by the link of a mail.
    PAGE = "page"


class Settled(StrEnum):
    """What became of it."""

    GRANTED = "granted"
    # Refused, for the reason that the note says.
    REFUSED = "refused"
    # Nothing is kept of this person.
    UNKNOWN = "unknown"

"""What a channel is given, and what it must answer.

A *channel* opens *connections*; a connection sends messages. The scope of a fault decides
who suffers (promise S4): the channel's own fault is a ChannelFault, raised by `connect` and
handed back by `send`, and every delivery it kept back waits again; a recipient's fault is
an Outcome.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Protocol, runtime_checkable

from pydantic import BaseModel


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One attachment of a letter."""

    name: str
    media_type: str
    content: bytes
    # The name by which the page shows it (`cid:...`); empty for an attachment.
    content_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """One language's letter before it is addressed, for a channel that builds mails itself.

    `plain` and `page` hold the marks that are the keys of a message's `personal`.
    """

    # The same for all messages of one letter: what may travel together.
    key: str
    sender_name: str
    sender: str
    reply_to: str
    subject: str
    plain: str
    page: str
    headers: Mapping[str, str]
    files: Sequence[File] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One recipient's mail, ready to leave.

    `content` is the whole RFC 5322 message; empty when the channel asked for `parts`.
    """

    # The envelope's sender, where bounces go.
    sender: str
    recipient: str
    name: str = ""
    # Opaque, unique, and never changes: it names the delivery to the outside.
    token: str
    content: bytes = b""
    parts: Parts | None = None
    # What replaces each mark of the parts, and headers only this message has.
    personal: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    # SHA-256 of what is handed over, as hexadecimal.
    digest: str = ""
    # Planned mode (S7): the provider keeps it until then.
    send_at: datetime | None = None


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    # Certainly not accepted; may be tried again, after a while.
    LATER = "later"
    # Certainly not accepted through the channel's own fault; waits again, unblamed.
    BACK = "back"
    # Certainly not accepted; trying again is useless.
    REFUSED = "refused"
    # The body was sent and the answer lost.
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    verdict: Verdict
    # The server's own words, for the trail.
    answer: str = ""
    # The channel's own name for what it took: a queue id, a provider's message id.
    reference: str = ""
    # Planned mode: the provider's name of the batch it went into.
    batch: str = ""
    # With LATER and BACK: the least to wait; None leaves that to the ledger.
    again_after: timedelta | None = None


class ChannelFault(Exception):
    """The channel itself is at fault.

    `again_after` is how long to wait; None means that a person must act first.
    """

    def __init__(self, reason: str, *, again_after: timedelta | None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.again_after = again_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One outcome for each message, in order; with a fault, what it kept back is BACK."""

    outcomes: Sequence[Outcome]
    fault: ChannelFault | None = None


class Watch(Protocol):
    """Told by a connection what it begins and hears, for whoever finds its process dead."""

    def begun(self, token: str) -> None:
        """From now on the message may have been accepted."""
        ...

    def heard(self, token: str, outcome: Outcome) -> None: ...


@runtime_checkable
class Watchable(Protocol):
    """A connection that sends its messages one by one, and can say how far it is."""

    def watched_by(self, watch: Watch) -> None: ...


class Connection(Protocol):
    def send(self, messages: Sequence[Message]) -> Sent:
        """Never raises for what the other side did."""
        ...

    def close(self) -> None: ...


class Channel(Protocol):
    """Made by `Channel(options, timer=...)`; the timer is the machine's, for pace."""

    name: ClassVar[str]
    Options: ClassVar[type[BaseModel]]
    # Whether it builds the mails itself, from `parts`.
    wants_parts: ClassVar[bool]
    # How many messages one call of `send` takes: what one cut line leaves in doubt.
    depth: int
    # Whether what leaves bears a signature over its headers, as one-click unsubscribing
    # wants it (RFC 8058).
    signs: bool

    def connect(self) -> Connection:
        """Raises ChannelFault."""
        ...

"""What a channel is given, and what it must answer.

A *channel* opens *connections*; a connection sends messages. The scope of a fault decides
who suffers (promise S4): the channel's own fault is raised as ChannelFault and every
delivery goes back to `waiting`; a recipient's fault is an Outcome.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import ClassVar, Protocol

from pydantic import BaseModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One recipient's mail, ready to leave. `content` is the whole RFC 5322 message."""

    sender: str
    recipient: str
    content: bytes
    token: str


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    # Certainly not accepted; may be tried again.
    LATER = "later"
    # Certainly not accepted; trying again is useless.
    REFUSED = "refused"
    # The body was sent and the answer lost.
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    verdict: Verdict
    # The server's own words, for the trail.
    answer: str = ""


class ChannelFault(Exception):
    """The channel itself is at fault; no message was accepted by this call.

    `again_after` is how long to wait; None means that a person must act first.
    """

    def __init__(self, reason: str, *, again_after: timedelta | None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.again_after = again_after


class Connection(Protocol):
    def send(self, messages: Sequence[Message]) -> Sequence[Outcome]:
        """Answer once per message, in order. Raises ChannelFault."""
        ...

    def close(self) -> None: ...


class Channel(Protocol):
    name: ClassVar[str]
    Options: ClassVar[type[BaseModel]]
    # How many messages one call of `send` takes: what one cut line leaves in doubt.
    depth: int

    def connect(self) -> Connection:
        """Raises ChannelFault."""
        ...

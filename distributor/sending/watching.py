"""What is told of each hand-over to whoever watches over the sender: figures, nobody's name."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from distributor.channels.base import Sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """One call of a channel: how many messages it answered in which way, in machine time."""

    channel: str
    verdicts: Mapping[str, int]
    # The channel itself was at fault, so that the rest of them went back.
    is_at_fault: bool
    seconds: float


Told = Callable[[Handed], None]


def nobody(handed: Handed) -> None:
    """Where nobody watches."""
    del handed


def handed(channel: str, sent: Sent, *, seconds: float) -> Handed:
    return Handed(
        channel=channel,
        verdicts=Counter(str(one.verdict) for one in sent.outcomes),
        is_at_fault=sent.fault is not None,
        seconds=seconds,
    )

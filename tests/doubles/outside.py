"""What the outside saw: the mails that servers took, told apart from what the office believes."""

import re
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

_NAME = re.compile(rb"^Message-ID: <([^@>]+)@", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One mail that a server said yes to, or swallowed before the line broke."""

    token: str
    address: str
    # Office time when it was taken.
    at: datetime
    channel: str = "smtp"
    # A provider that was told to keep it: until when, and in which batch.
    send_at: datetime | None = None
    batch: str = ""


@dataclass(slots=True, kw_only=True)
class Outside:
    """Servers of others write into it from their own threads."""

    # The channels whose mails are all seen here; of others nothing is asked.
    channels: frozenset[str] = frozenset({"smtp"})
    arrivals: list[Arrival] = field(default_factory=list)
    # Batches that a provider threw away: nobody got what was in them.
    thrown_away: set[str] = field(default_factory=set)
    # Mails that a restored backup knows nothing of.
    forgotten: set[str] = field(default_factory=set)
    # Editions that went to a reader before a restore, which the backup knows nothing of.
    editions: set[tuple[str, str]] = field(default_factory=set)
    # Dispatches that a person let go although they were late.
    resumed: set[int] = field(default_factory=set)
    # How often a sender died, or a commit's answer was lost: each may leave some in doubt.
    deaths: int = 0
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def arrived(self, arrival):
        with self._guard:
            self.arrivals.append(arrival)

    def reached(self) -> Sequence[Arrival]:
        """What people really get."""
        with self._guard:
            return [one for one in self.arrivals if one.batch not in self.thrown_away]

    def tokens(self) -> Counter:
        return Counter(one.token for one in self.reached())


def token_of(text):
    """The delivery that a mail names, from the bytes on the line."""
    found = _NAME.search(text)
    return found[1].decode() if found else ""

"""Syncing: a provider's own list of whom it does not mail -> our suppressions, and back.

Only ever adds. The first look after a start reads the whole lists and later ones what is
new, so that nothing has to be remembered over a restart; a look that fails is taken again.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from sqlalchemy import select

from core.clock import Clock, Timer
from core.db import Database
from core.errors import BadInput, Unavailable
from core.log import logger
from distributor.channels.sendgrid.suppressions import Listed
from distributor.contacts import addresses, suppression
from distributor.models import Suppression

_log = logger("syncing")

# The provider's clock is not ours, and its lists may lag.
_OVERLAP = timedelta(days=1)
# A dead mailbox is nobody's wish: the provider has its own list of those.
_NO_WISH = ("bounced", "soft-bounced")


@runtime_checkable
class Syncs(Protocol):
    """What a channel whose provider keeps such lists can do."""

    def listed(self, since: datetime | None) -> Iterator[Listed]: ...

    def oppose(self, addresses: Sequence[str]) -> int: ...


class Syncing:
    """Does one tick at a time; a second process beside it finds nothing new."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        timer: Timer,
        channels: Mapping[str, object],
    ) -> None:
        self._database = database
        self._clock = clock
        self._timer = timer
        self._channels = {
            name: channel
            for name, channel in channels.items()
            if isinstance(channel, Syncs)
        }
        # Machine time of the last whole look, by channel.
        self._looked_at: dict[str, datetime] = {}
        self._ending = threading.Event()

    def tick(self) -> int:
        """Compare both sides; answers how many addresses were new to either."""
        return sum(self._sync(name, one) for name, one in self._channels.items())

    def end(self) -> None:
        self._ending.set()

    def _sync(self, name: str, channel: Syncs) -> int:
        try:
            taken = self._take(name, channel)
            told = 0 if self._ending.is_set() else channel.oppose(self._oppositions())
        except Unavailable as error:
            _log.warning("suppressions.unavailable", channel=name, reason=str(error))
            return 0
        if taken or told:
            _log.info("suppressions.synced", channel=name, taken=taken, told=told)
        return taken + told

    def _take(self, name: str, channel: Syncs) -> int:
        began = self._timer.stamp()
        last = self._looked_at.get(name)
        taken = 0
        for page in channel.listed(None if last is None else last - _OVERLAP):
            taken += self._keep(page)
            if self._ending.is_set():
                return taken
        self._looked_at[name] = began
        return taken

    def _keep(self, page: Listed) -> int:
        """One page in one transaction; the next is asked for outside."""
        keys = set(_keys(page.addresses))
        with self._database.read() as session:
            new = keys - suppression.suppressed(session, keys)
        if not new:
            return 0
        with self._database.write() as session:
            return sum(
                suppression.suppress(
                    session, key, reason=page.reason, now=self._clock.now()
                )
                for key in sorted(new)
            )

    def _oppositions(self) -> Sequence[str]:
        with self._database.read() as session:
            return [
                key
                for key in session.scalars(
                    select(Suppression.address_key)
                    .where(
                        Suppression.address_key.is_not(None),
                        Suppression.reason.not_in(_NO_WISH),
                    )
                    .order_by(Suppression.id)
                )
                if key is not None
            ]


def _keys(given: Sequence[str]) -> Iterator[str]:
    for one in given:
        try:
            yield addresses.read(one).key
        except BadInput:
            # Nothing we could ever mail.
            continue

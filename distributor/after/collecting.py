"""Collects returned mail: reads each, commits what it says, and only then puts it away."""

import threading
from collections import Counter

from core.clock import Clock
from core.db import Database
from core.keys import Links
from core.log import logger
from core.mailbox import Box
from core.settings import Settings
from distributor.after import bounces
from distributor.after.bounces import Taken

_log = logger("returns")


class Collecting:
    """Does one tick at a time. A second process beside it repeats events, which do nothing."""

    def __init__(
        self,
        box: Box,
        *,
        database: Database,
        clock: Clock,
        links: Links,
        settings: Settings,
    ) -> None:
        self._box = box
        self._database = database
        self._clock = clock
        self._links = links
        self._settings = settings
        self._ending = threading.Event()

    def tick(self) -> int:
        """Read what has come; answers how many mails had consequences."""
        counts = self.collect()
        if counts.total():
            _log.info("returns.read", **{str(kind): n for kind, n in counts.items()})
        return counts[Taken.RECORDED]

    def collect(self) -> Counter[Taken]:
        """What became of each mail. Raises Unavailable when the box cannot be read."""
        counts: Counter[Taken] = Counter()
        with self._box.mails() as mails:
            for mail in mails:
                if self._ending.is_set():
                    break
                taken = self.take(mail.content)
                # Committed: from here on the mail is only a repetition.
                if taken is Taken.LEFT:
                    mail.leave()
                else:
                    mail.done()
                counts[taken] += 1
        return counts

    def take(self, content: bytes) -> Taken:
        """Commit what one mail says."""
        with self._database.write() as session:
            return bounces.take(
                session,
                content,
                links=self._links,
                settings=self._settings,
                now=self._clock.now(),
            )

    def end(self) -> None:
        self._ending.set()

"""The whole line, in one screen.

claim -> fetch -> parse -> known? -> article pages -> extract -> match -> coverage -> story

Each source's fault is its own. No network inside a transaction: claim, act, record.
"""

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.clock import Clock, Timer
from core.db import Database
from core.errors import Conflict, FetchFailed, FetchRefused
from core.ids import Ids
from core.log import logger
from core.settings import Settings
from core.values import ReleaseWindow
from core.web import Fetched, Web
from monitor import coverage
from monitor.catalogue import KINDS, by_id
from monitor.extract import ExtractedArticle, extract
from monitor.intake import claiming, keeping, poll
from monitor.intake.keeping import Asked, NewArticle, PollReport
from monitor.sources.base import NotASource
from monitor.states import PollOutcome

_log = logger("monitor")

# New articles read for one poll; the rest are taken at the next.
_MOST_NEW = 40


def recognise(fetched: Fetched) -> str:
    """The kind of source an answer looks like. Raises NotASource."""
    for name in ("feed", "sitemap", "page"):
        if KINDS[name]().recognises(fetched.body):
            return name
    raise NotASource(
        "The answer is neither a feed, a sitemap nor a page.",
        to=fetched.url,
        mend="Open the address in a browser and look for the word RSS.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    database: Database
    clock: Clock
    timer: Timer
    ids: Ids
    web: Web
    settings: Settings
    windows: Callable[[Session], Sequence[ReleaseWindow]]

    def run_due(self) -> Sequence[PollReport]:
        """Poll what is due, several sources at once."""
        token = self.ids.token()
        with self.database.write() as session:
            claimed = claiming.claim(
                session,
                now=self.clock.now(),
                stamp=self.timer.stamp(),
                token=token,
                limit=self.settings.fetch.threads * 2,
            )
        if not claimed:
            return []
        with ThreadPoolExecutor(self.settings.fetch.threads) as pool:
            return list(pool.map(self.poll, claimed))

    def run_one(self, source_id: int) -> PollReport:
        """Poll one source now, due or not. Raises NotFound or Conflict."""
        with self.database.write() as session:
            by_id(session, source_id)
            if not claiming.claim_one(
                session, source_id, stamp=self.timer.stamp(), token=self.ids.token()
            ):
                raise Conflict(
                    "Another worker is reading this source.",
                    to=f"source {source_id}",
                    mend="Try again when it has finished.",
                )
        return self.poll(source_id)

    def poll(self, source_id: int) -> PollReport:
        """Poll one leased source and give the lease back, whatever happens."""
        began, started = self.clock.now(), self.timer.monotonic()
        with self.database.read() as session:
            asked = keeping.asked(session, source_id)
            in_window = bool(self.windows(session))
        looked = self._look(asked)
        with self.database.read() as session:
            unseen = keeping.unseen(session, asked, looked.entries)
        articles = [
            NewArticle(entry=entry, extracted=self._article(entry.url))
            for entry in unseen[:_MOST_NEW]
        ]
        with self.database.write() as session:
            new = keeping.store(session, source_id, articles, now=self.clock.now())
            report = keeping.record(
                session,
                asked,
                looked,
                entry_count=len(looked.entries),
                new_count=len(new),
                is_rest=len(unseen) > len(articles),
                began=began,
                milliseconds=round((self.timer.monotonic() - started) * 1000),
                now=self.clock.now(),
                settings=self.settings.polling,
                in_window=in_window,
                chance=self.ids.chance(),
            )
        coverage.attribute_articles(self.database, new, now=self.clock.now())
        _log.info(
            "source.polled", source=source_id, outcome=report.outcome, new=len(new)
        )
        return report

    def _look(self, asked: Asked) -> keeping.Look:
        """Fetch the source and parse what comes. Expected trouble is a value."""
        try:
            fetched = self.web.get(asked.url, headers=asked.validators)
        except FetchRefused as error:
            return keeping.Look(outcome=PollOutcome.REFUSED, reason=str(error))
        except FetchFailed as error:
            return keeping.Look(outcome=PollOutcome.FAILED, reason=str(error))
        outcome = poll.outcome_of(fetched.status, fetched.headers)
        if outcome is not PollOutcome.READ:
            return keeping.Look(
                outcome=outcome,
                fetched=fetched,
                reason=""
                if outcome is PollOutcome.UNCHANGED
                else f"The site answered {fetched.status}.",
            )
        return self._parse(asked, fetched)

    def _parse(self, asked: Asked, fetched: Fetched) -> keeping.Look:
        """Parse before comparing hashes: a feed replaced by a web page is an error."""
        try:
            entries = KINDS[asked.kind]().parse(
                fetched.body, url=fetched.url, options=asked.options
            )
        except NotASource as error:
            return keeping.Look(
                outcome=PollOutcome.NOT_A_SOURCE, fetched=fetched, reason=str(error)
            )
        digest = hashlib.sha256(fetched.body).hexdigest()
        same = digest == asked.body_hash
        return keeping.Look(
            outcome=PollOutcome.UNCHANGED if same else PollOutcome.READ,
            fetched=fetched,
            entries=() if same else tuple(entries),
            body_hash=digest,
        )

    def _article(self, url: str) -> ExtractedArticle | None:
        """The article's page, or None: then title and summary are all we have."""
        try:
            fetched = self.web.get(url)
        except (FetchRefused, FetchFailed) as error:
            _log.info("article.unread", because=error.what)
            return None
        if poll.outcome_of(fetched.status, fetched.headers) is not PollOutcome.READ:
            return None
        return extract(fetched.body, url=fetched.url)

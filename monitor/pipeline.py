"""Polling, in one screen.

claim -> fetch many at once -> parse -> decide -> store and record, in one transaction

Each source's fault is its own, and a straggler holds nobody up. No network inside a
transaction: claim, act, record.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Event
from typing import Final

from sqlalchemy.orm import Session

from core.clock import Clock, Timer
from core.db import Database
from core.errors import Conflict
from core.ids import Ids
from core.jobs import Share
from core.log import logger
from core.settings import Settings
from core.values import ReleaseWindow
from core.web import Answer, Ask, Web
from core.wording import worded
from core.zones import zone
from monitor.catalogue import KINDS, by_id
from monitor.catalogue.options import SECTION
from monitor.intake import claiming, recording, storing
from monitor.intake.aftermath import Surroundings
from monitor.intake.looking import (
    Asked,
    Look,
    Verdict,
    ask_for,
    document_of,
    look,
    verdict_of,
)
from monitor.intake.parsing import Parsing
from monitor.intake.recording import PollReport
from monitor.intake.storing import Brought, Reading, Stored
from monitor.sources.base import NotASource, Parsed, Transport
from monitor.states import PollOutcome

_log = logger("monitor")

OF_THE_WEB: Final = tuple(
    sorted(name for name, kind in KINDS.items() if kind.transport is Transport.WEB)
)
# Sources claimed at once: one short transaction, and few leases left behind by a kill.
_CLAIMED: Final = 50
# Entries written in one transaction, so that the ledger never waits long.
_ENTRIES: Final = 300
_LOOKS: Final = 60


@dataclass(frozen=True, slots=True)
class _Part:
    """The key of an ask for one part of a source's index."""

    source_id: int


@dataclass(slots=True)
class _Index:
    """A source whose answer named further addresses; its look waits for them."""

    asked: Asked
    answer: Answer
    parsed: list[Parsed]
    waiting: int
    # What was said instead of a part; the last of them.
    unread: Verdict | None = None


@dataclass(slots=True)
class _Pass:
    """What one pass over the sources holds in memory."""

    asked: dict[int, Asked] = field(default_factory=dict)
    indexes: dict[int, _Index] = field(default_factory=dict)
    further: deque[Ask] = field(default_factory=deque)
    reports: list[PollReport] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    database: Database
    clock: Clock
    timer: Timer
    ids: Ids
    web: Web
    parsing: Parsing
    settings: Settings
    windows: Callable[[Session], Sequence[ReleaseWindow]]
    # Set when the office stops: nothing more is claimed.
    stopping: Event = field(default_factory=Event)

    def run_due(self, share: Share | None = None) -> Sequence[PollReport]:
        """Poll what is due now, or one share of it; what falls due meanwhile is for the next pass.

        A pass would never end in an office where something always falls due.
        """
        began = self.clock.now()
        return self._run(_Pass(), lambda current: self._due(current, began, share))

    def run_one(self, source_id: int) -> PollReport:
        """Poll one source now, due or not. Raises NotFound or Conflict."""
        token = self.ids.token()
        with self.database.write() as session:
            source = by_id(session, source_id)
            if source.kind not in OF_THE_WEB:
                raise Conflict(
                    worded("Nothing of the web is read for this source."),
                    to=f"source {source_id}",
                    mend=worded(
                        "Newsletters come with `parution poll`; what was printed or said is entered with `parution article add`."
                    ),
                )
            if not claiming.claim_one(
                session, source_id, stamp=self.timer.stamp(), token=token
            ):
                raise Conflict(
                    worded("Another worker is reading this source."),
                    to=f"source {source_id}",
                    mend=worded("Try again when it has finished."),
                )
            (asked,) = recording.asked(session, [source_id])
        (report,) = self._run(_Pass(), lambda current: self._asks(current, [asked]))
        return report

    def _run(
        self, current: _Pass, asks: Callable[[_Pass], Iterator[Ask]]
    ) -> Sequence[PollReport]:
        for answers in self.web.each(asks(current)):
            current.reports.extend(self.keep(self._looks(current, answers)))
        # An index at the end of the pass leaves addresses that nobody asked for yet.
        while current.further:
            for answers in self.web.each(_drained(current.further)):
                current.reports.extend(self.keep(self._looks(current, answers)))
        return current.reports

    def _due(
        self, current: _Pass, began: datetime, share: Share | None
    ) -> Iterator[Ask]:
        """Claim little by little: what is not asked yet is left to other workers."""
        while not self.stopping.is_set() and (claimed := self._claim(began, share)):
            yield from self._asks(current, claimed)

    def _asks(self, current: _Pass, claimed: Sequence[Asked]) -> Iterator[Ask]:
        for asked in claimed:
            current.asked[asked.id] = asked
            yield from _drained(current.further)
            yield ask_for(asked, now=self.clock.now())

    def _claim(self, began: datetime, share: Share | None) -> Sequence[Asked]:
        with self.database.write() as session:
            ids = claiming.claim(
                session,
                now=began,
                stamp=self.timer.stamp(),
                token=self.ids.token(),
                limit=_CLAIMED,
                kinds=OF_THE_WEB,
                share=share,
            )
            return recording.asked(session, ids) if ids else []

    def _looks(self, current: _Pass, answers: Sequence[Answer]) -> Iterator[Look]:
        """One by one: the entries of 200 answers at once took 30 MB more."""
        found = (self._look(current, answer) for answer in answers)
        return (one for one in found if one is not None)

    def _look(self, current: _Pass, answer: Answer) -> Look | None:
        """What an answer means; None while further addresses of its source are asked."""
        if isinstance(answer.ask.key, _Part):
            return self._further(current, answer, answer.ask.key.source_id)
        if not isinstance(answer.ask.key, int):
            raise TypeError("the key of an ask is its source")
        asked = current.asked.pop(answer.ask.key)
        verdict = verdict_of(answer)
        if verdict.outcome is not PollOutcome.READ:
            return self._judged(asked, answer, None)
        try:
            parsed = self._parse(asked, answer)
        except NotASource as error:
            return self._judged(asked, answer, None, error)
        if not parsed.further:
            return self._judged(asked, answer, parsed)
        current.indexes[asked.id] = _Index(asked, answer, [parsed], len(parsed.further))
        current.further.extend(
            Ask(url=url, key=_Part(asked.id), robots=answer.ask.robots)
            for url in parsed.further
        )
        return None

    def _further(self, current: _Pass, answer: Answer, source_id: int) -> Look | None:
        """Take one more part of an index; the look is whole with the last."""
        index = current.indexes[source_id]
        verdict = verdict_of(answer)
        if verdict.outcome is PollOutcome.READ:
            try:
                index.parsed.append(self._parse(index.asked, answer))
            except NotASource as error:
                verdict = _not_a_source(verdict, error)
        if verdict.outcome is not PollOutcome.READ:
            index.unread = verdict
        index.waiting -= 1
        if index.waiting:
            return None
        del current.indexes[source_id]
        return self._whole(index)

    def _whole(self, index: _Index) -> Look:
        """The look at an index. Without any of its parts it was not read, whatever it said."""
        verdict, unread = verdict_of(index.answer), index.unread
        if unread is not None and len(index.parsed) == 1:
            return look(index.asked, index.answer, None, unread, now=self.clock.now())
        if unread is not None:
            verdict = replace(verdict, fault=unread.fault, detail=unread.detail)
        parsed = _joined(index.parsed)
        return look(index.asked, index.answer, parsed, verdict, now=self.clock.now())

    def _parse(self, asked: Asked, answer: Answer) -> Parsed:
        if answer.fetched is None:
            raise ValueError("only what was fetched can be parsed")
        return self.parsing.parse(
            KINDS[asked.kind](),
            document_of(
                answer.fetched,
                zone=zone(self.settings.organisation.zone),
                now=self.clock.now(),
            ),
            # What is usual comes first: a person's own option decides.
            {"usual_links": round(asked.profile.get("entries", 0)), **asked.options},
        )

    def _judged(
        self,
        asked: Asked,
        answer: Answer,
        parsed: Parsed | None,
        error: NotASource | None = None,
    ) -> Look:
        verdict = verdict_of(answer)
        if error is not None:
            verdict = _not_a_source(verdict, error)
        return look(asked, answer, parsed, verdict, now=self.clock.now())

    def keep(self, looks: Iterable[Look]) -> Sequence[PollReport]:
        """Store what *looks* brought and record them, in transactions of some milliseconds."""
        return [one for batch in _batches(looks) for one in self._store(batch)]

    def _store(self, looks: Sequence[Look]) -> Sequence[PollReport]:
        now = self.clock.now()
        polling = self.settings.polling
        with self.database.write() as session:
            stored = storing.store(
                session,
                [
                    Brought(
                        source_id=one.asked.id,
                        outlet_id=one.asked.outlet_id,
                        entries=one.entries,
                        section=one.asked.options.get(SECTION, ""),
                    )
                    for one in looks
                    # What a hijacked source brings is not its outlet's.
                    if one.entries and not one.strangeness.reasons
                ],
                now=now,
                stamp=self.timer.stamp(),
                reading=Reading(
                    reads_all=polling.pages == "all",
                    since=now - timedelta(days=polling.page_days),
                ),
            )
            return recording.record(
                session,
                [(one, stored.get(one.asked.id, _NOTHING)) for one in looks],
                around=Surroundings(
                    now=now,
                    zone=zone(self.settings.organisation.zone),
                    settings=polling,
                    in_window=bool(self.windows(session)),
                ),
                chances=[self.ids.chance() for _ in looks],
            )


_NOTHING: Final = Stored()


def _not_a_source(verdict: Verdict, error: NotASource) -> Verdict:
    return replace(
        verdict,
        outcome=PollOutcome.NOT_A_SOURCE,
        fault=error.fault,
        detail=error.what,
    )


def _drained(asks: deque[Ask]) -> Iterator[Ask]:
    while asks:
        yield asks.popleft()


def _joined(parts: Sequence[Parsed]) -> Parsed:
    """An index and its parts as one: the same article in two parts is one entry later."""
    return replace(parts[0], entries=[one for part in parts for one in part.entries])


def _batches(looks: Iterable[Look]) -> Iterator[Sequence[Look]]:
    batch: list[Look] = []
    entries = 0
    for one in looks:
        if batch and (entries + len(one.entries) > _ENTRIES or len(batch) >= _LOOKS):
            yield batch
            batch, entries = [], 0
        batch.append(one)
        entries += len(one.entries)
    if batch:
        yield batch

"""Newsletters: the office's folder is read, and each letter belongs to a source.

mails -> whose? -> entries -> stored and recorded -> put away

A letter that belongs to no source is left for a person.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event
from typing import Final

from sqlalchemy import select

from core.clock import Clock, Timer
from core.db import Database
from core.errors import Unavailable
from core.ids import Ids
from core.log import logger
from core.mailbox import Box, Mail, Purpose
from core.settings import Settings
from core.wording import worded
from core.zones import zone
from monitor.catalogue import KINDS
from monitor.intake import claiming, recording
from monitor.intake.looking import Asked, Look, Verdict, look_at_letters
from monitor.intake.parsing import Parsing
from monitor.intake.poll import NEVER
from monitor.intake.recording import PollReport
from monitor.models import Source
from monitor.sources.base import Document, NotASource, Parsed
from monitor.states import Fault, PollOutcome

_log = logger("monitor")

KIND: Final = "newsletter"
NEWSLETTERS: Final = Purpose(
    mail=worded("newsletters"), section="newsletters", most_bytes=10 * 1024 * 1024
)


@dataclass(slots=True)
class _Post:
    """What one look into the folder brought each source."""

    parsed: dict[int, list[Parsed]] = field(default_factory=dict)
    # How each letter is put away: not the letters, for a folder may hold many.
    read: list[Callable[[], None]] = field(default_factory=list)
    strange: list[Callable[[], None]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    database: Database
    clock: Clock
    timer: Timer
    ids: Ids
    parsing: Parsing
    settings: Settings
    # None when no folder is named in the settings.
    box: Box | None
    # Stores and records looks: the pipeline's own way.
    keep: Callable[[Sequence[Look]], Sequence[PollReport]]
    stopping: Event = field(default_factory=Event)

    def run_due(self) -> Sequence[PollReport]:
        """Look into the folder when a newsletter is due; it is then done for all of them."""
        with self.database.read() as session:
            due = session.scalar(
                select(Source.id)
                .where(Source.kind == KIND, Source.next_poll_at <= self.clock.now())
                .limit(1)
            )
        return [] if due is None else self.run()

    def run(self) -> Sequence[PollReport]:
        asked, are_all = self._claim()
        if not asked:
            return []
        if self.box is None:
            return self._failed(asked, "No folder for newsletters is set.")
        post = _Post()
        try:
            with self.box.mails() as mails:
                self._sort(asked, mails, post)
                looks = [self._look(one, post.parsed.get(one.id, [])) for one in asked]
                reports = self.keep(looks)
                # Only now: a letter that was cut off here is read again, and brings nothing twice.
                for put_away in post.read:
                    put_away()
                # Where somebody else asks a newsletter it may be of that: it waits here.
                for leave in post.strange if are_all else ():
                    _log.info("newsletter.nobodys")
                    leave()
        except Unavailable as error:
            return self._failed(asked, error.what)
        return reports

    def _claim(self) -> tuple[Sequence[Asked], bool]:
        """The newsletters that nobody else asks just now, and whether these are all."""
        token, stamp = self.ids.token(), self.timer.stamp()
        with self.database.write() as session:
            # The letters of one that is paused are left for a person.
            ids = session.scalars(
                select(Source.id).where(
                    Source.kind == KIND, Source.next_poll_at < NEVER
                )
            ).all()
            mine = [
                one
                for one in ids
                if claiming.claim_one(session, one, stamp=stamp, token=token)
            ]
            return recording.asked(session, mine), len(mine) == len(ids)

    def _sort(self, asked: Sequence[Asked], mails: Iterator[Mail], post: _Post) -> None:
        for mail in mails:
            if self.stopping.is_set():
                return
            if self._owner(asked, mail, post) is None:
                post.strange.append(mail.leave)
            else:
                post.read.append(mail.done)

    def _owner(self, asked: Sequence[Asked], mail: Mail, post: _Post) -> int | None:
        """The source whose letter it is, and what it says kept for it."""
        for one in asked:
            document = Document(
                body=mail.content,
                url=one.url,
                zone=zone(self.settings.organisation.zone),
                came_at=self.clock.now(),
            )
            # The usual answer to another's letter.
            with suppress(NotASource):
                found = self.parsing.parse(KINDS[KIND](), document, one.options)
                post.parsed.setdefault(one.id, []).append(found)
                return one.id
        return None

    def _look(self, asked: Asked, parsed: Sequence[Parsed]) -> Look:
        return look_at_letters(asked, parsed, now=self.clock.now())

    def _failed(self, asked: Sequence[Asked], what: str) -> Sequence[PollReport]:
        verdict = Verdict(outcome=PollOutcome.FAILED, fault=Fault.MAILBOX, detail=what)
        return self.keep([Look(asked=one, verdict=verdict) for one in asked])

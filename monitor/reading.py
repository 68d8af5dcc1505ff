"""Reading article pages, the first time and again.

claim -> fetch many at once -> extract, under a bound -> versions -> to be sifted

A page is never fetched inside a transaction, and an article whose page cannot be read is
sifted with what its source said.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from threading import Event
from typing import Final, TypeVar

from sqlalchemy import select

from core.bounded import Bounded, Broken, Closed, Failed, TooCostly
from core.clock import Clock, Timer
from core.db import Database
from core.jobs import Share
from core.log import logger
from core.settings import Settings
from core.web import Answer, Ask, Web
from core.zones import zone
from monitor.extract import ExtractedArticle, Screened, extract_page, screen
from monitor.intake import claiming, page_keeping, pages, storing
from monitor.intake.looking import document_of
from monitor.intake.pages import PageAsked, PageRead
from monitor.models import Article
from monitor.sources.base import Document
from monitor.states import TextFrom

_log = logger("monitor")

Given = TypeVar("Given")

_CLAIMED: Final = 50
# Pages written in one transaction.
_WRITTEN: Final = 50
# Real pages take 30 ms; what takes so long was made to.
_SECONDS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    database: Database
    clock: Clock
    timer: Timer
    web: Web
    bounded: Bounded
    settings: Settings
    # Whether a text is worth to be taken out with care: it may cover a release or a watch.
    is_candidate: Callable[[Screened], bool]
    # Set when the office stops: nothing more is claimed.
    stopping: Event = field(default_factory=Event)

    def run_due(self, share: Share | None = None) -> int:
        """Read every page that is due, or of one share of them, outlet by outlet; answer how many were asked."""
        count = 0
        # An outlet is asked for one page at a time, so that one pass leaves the others.
        while read := self._pass(share):
            count += read
        return count

    def _pass(self, share: Share | None) -> int:
        asked: dict[int, PageAsked] = {}
        count = 0
        for answers in self.web.each(self._asks(asked, share)):
            read = [self._read(asked, answer) for answer in answers]
            for start in range(0, len(read), _WRITTEN):
                self._keep(read[start : start + _WRITTEN])
            count += len(read)
        return count

    def _asks(self, asked: dict[int, PageAsked], share: Share | None) -> Iterator[Ask]:
        while not self.stopping.is_set() and (claimed := self._claim(share)):
            for one in claimed:
                asked[one.id] = one
                yield pages.ask_for(one)

    def _claim(self, share: Share | None) -> Sequence[PageAsked]:
        with self.database.write() as session:
            ids = claiming.claim_reads(
                session,
                now=self.clock.now(),
                stamp=self.timer.stamp(),
                limit=_CLAIMED,
                share=share,
            )
            return pages.asked(session, ids)

    def _read(self, asked: dict[int, PageAsked], answer: Answer) -> PageRead:
        if not isinstance(answer.ask.key, int):
            raise TypeError("the key of an ask is its article")
        before = asked.pop(answer.ask.key)
        outcome = pages.outcome_of(before, answer)
        if outcome is not pages.PageOutcome.READ or answer.fetched is None:
            return PageRead(
                asked=before,
                outcome=outcome,
                fetched=answer.fetched,
                rest=pages.rest_of(answer),
            )
        page, text_from = self._extracted(before, answer)
        outcome = pages.outcome_of_page(page)
        return PageRead(
            asked=before,
            outcome=outcome,
            fetched=answer.fetched,
            page=page if outcome is pages.PageOutcome.READ else None,
            text_from=text_from,
        )

    def _extracted(
        self, before: PageAsked, answer: Answer
    ) -> tuple[ExtractedArticle | None, TextFrom]:
        if answer.fetched is None:
            raise ValueError("only what was fetched can be read")
        document = document_of(
            answer.fetched,
            zone=zone(self.settings.organisation.zone),
            now=self.clock.now(),
        )
        if before.reads == 0 and self.settings.polling.extraction == "candidates":
            quick = self._screened(document, before)
            if quick is not None and not self.is_candidate(quick):
                return pages.of_screened(quick), TextFrom.SCREEN
        work = partial(
            extract_page,
            url=document.url,
            charset=document.charset,
            zone=self.settings.organisation.zone,
        )
        return self._within(work, document.body, before), TextFrom.PAGE

    def _screened(self, document: Document, before: PageAsked) -> Screened | None:
        work = partial(screen, url=document.url, charset=document.charset)
        return self._within(work, document.body, before)

    def _within(
        self, work: Callable[[bytes], Given], body: bytes, before: PageAsked
    ) -> Given | None:
        """What *work* makes of a page; None when it cost too much or went wrong."""
        try:
            return self.bounded.run(work, body, seconds=_SECONDS)
        except Closed:
            # The office's own end is not the page's fault.
            raise
        except Failed:
            # One page that is read wrongly holds up none of the others.
            _log.exception("article.unread", article=before.id)
        except (TooCostly, Broken) as error:
            _log.warning("article.too-costly", article=before.id, because=error.what)
        return None

    def _keep(self, read: Sequence[PageRead]) -> None:
        now, stamp = self.clock.now(), self.timer.stamp()
        with self.database.write() as session:
            storing.lock_outlets(session, {one.asked.outlet_id for one in read})
            rows = session.scalars(
                select(Article).where(Article.id.in_([one.asked.id for one in read]))
            )
            articles = {row.id: row for row in rows}
            for one in read:
                article = articles.get(one.asked.id)
                if article is not None:
                    page_keeping.keep(session, article, one, now=now, stamp=stamp)

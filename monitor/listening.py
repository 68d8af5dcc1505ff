"""The listening half put together: polling, reading pages, sifting."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event

from sqlalchemy.orm import Session

from core.bounded import Bounded
from core.clock import Clock, Timer
from core.db import Database
from core.ids import Ids
from core.mailbox import box_of
from core.settings import Settings
from core.values import ContactName, ReleaseWindow
from core.web import Web
from monitor.authors import Authors, nobody
from monitor.intake.parsing import Parsing
from monitor.intake.recording import PollReport
from monitor.learning import Learning
from monitor.letters import NEWSLETTERS, Letters
from monitor.matching.values import Thresholds
from monitor.pipeline import Pipeline
from monitor.reading import Reader
from monitor.releases import Releases, Sent, nobody_sent
from monitor.sifting import Sifter, Watching
from monitor.stories import Stories


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Three lines, each with rows of its own that say what is due."""

    pipeline: Pipeline
    letters: Letters
    reader: Reader
    sifter: Sifter
    authors: Authors
    stopping: Event

    def pass_over(self, source_id: int | None = None) -> Sequence[PollReport]:
        """Poll what is due, or one source; then read and sift all that waits."""
        if source_id is None:
            reports = [*self.pipeline.run_due(), *self.letters.run_due()]
        else:
            reports = [self.pipeline.run_one(source_id)]
        self.reader.run_due()
        self.sifter.run_due()
        return reports


def listening(
    *,
    database: Database,
    clock: Clock,
    timer: Timer,
    ids: Ids,
    web: Web,
    bounded: Bounded,
    settings: Settings,
    windows: Callable[[Session], Sequence[ReleaseWindow]],
    contacts: Callable[[Session], Sequence[ContactName]] = nobody,
    sent: Sent = nobody_sent,
) -> Listening:
    stopping = Event()
    authors = Authors(database, contacts)
    sifter = Sifter(
        database=database,
        clock=clock,
        timer=timer,
        releases=Releases(database, sent=sent),
        watching=Watching(database),
        stories=Stories(database),
        learning=Learning(database, is_on=settings.matching.lessons),
        thresholds=Thresholds(
            reprint_share=settings.matching.reprint_share,
            own_words=settings.matching.own_words,
            belief=settings.matching.belief,
        ),
        authors=authors,
        stopping=stopping,
    )
    parsing = Parsing(bounded=bounded)
    pipeline = Pipeline(
        database=database,
        clock=clock,
        timer=timer,
        ids=ids,
        web=web,
        parsing=parsing,
        settings=settings,
        windows=windows,
        stopping=stopping,
    )
    return Listening(
        pipeline=pipeline,
        letters=Letters(
            database=database,
            clock=clock,
            timer=timer,
            ids=ids,
            parsing=parsing,
            settings=settings,
            box=box_of(settings.newsletters, NEWSLETTERS),
            keep=pipeline.keep,
            stopping=stopping,
        ),
        reader=Reader(
            database=database,
            clock=clock,
            timer=timer,
            web=web,
            bounded=bounded,
            settings=settings,
            is_candidate=lambda page: sifter.is_wanted(page.title, page.text),
            stopping=stopping,
        ),
        sifter=sifter,
        authors=authors,
        stopping=stopping,
    )

"""What is found in an article: the watches it answers, the releases it covers, its story.

articles to be sifted -> language -> index -> watches, releases -> followed? -> story -> by-line

A row's mark says that it is to be sifted, so that a kill loses nothing: the next worker
takes it when the lease has run out, and finding twice keeps nothing twice.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from core.clock import Clock, Timer
from core.db import Database
from core.jobs import Share
from core.text.language import guess
from monitor import coverage, search, watches
from monitor.authors import Authors
from monitor.intake import claiming, storing, versions
from monitor.learning import Learning
from monitor.matching.attribute import attribute
from monitor.matching.values import ArticleText, Attribution, Thresholds
from monitor.models import Article, Coverage, LookBack
from monitor.query.article import IndexedArticle, indexed_article
from monitor.releases import Releases, article_text, seals
from monitor.states import Decision, TextFrom
from monitor.stories import Stories
from monitor.watches import Watches, WatchHit

# Articles sifted together: a transaction of some milliseconds.
_BATCH: Final = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    articles: int
    # Coverage lines that were not there before.
    new: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Matched:
    # By article: what each is taken for.
    found: Mapping[int, Sequence[Attribution]]
    # The releases that all of them were held against, each with its seal.
    considered: Mapping[int, str]


class Watching:
    """The watches that are on, loaded again when one came or went."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._guard = threading.Lock()
        self._known: Watches | None = None

    def matches(self, articles: Sequence[IndexedArticle]) -> Sequence[WatchHit]:
        with self._guard:
            with self._database.read() as session:
                self._known = Watches.load(session, self._known)
            known = self._known
        return [hit for one in articles for hit in known.matches(one)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifter:
    database: Database
    clock: Clock
    timer: Timer
    releases: Releases
    watching: Watching
    stories: Stories
    learning: Learning
    thresholds: Thresholds = field(default_factory=Thresholds)
    # Who may have written what covers a release; without it nobody is named.
    authors: Authors | None = None
    # Set when the office stops: nothing more is claimed.
    stopping: threading.Event = field(default_factory=threading.Event)

    def run_due(self, share: Share | None = None) -> Sifted:
        """Sift everything that waits for it, or one share of it."""
        articles = new = 0
        while not self.stopping.is_set() and (ids := self._claim(share)):
            new += self._sift(ids)
            articles += len(ids)
        return Sifted(articles=articles, new=new)

    def look_back(self) -> int:
        """Go through what is stored for releases and watches that came since (promise L5).

        In batches; a row says how far, so that a restart goes on. A million articles take
        an hour: what comes in meanwhile is sifted between two batches. Answers how many
        were new.
        """
        new = 0
        rows = self._unfinished()
        reached = min((row.reached_id or 0 for row in rows), default=0)
        releases = [row.release_id for row in rows]
        while releases and not self.stopping.is_set():
            ids = self._behind(reached)
            new += self._look_back(releases, ids)
            if not ids:
                break
            reached = ids[-1]
            self.run_due()
        while not self.stopping.is_set() and watches.look_back(
            self.database, now=self.clock.now()
        ):
            self.run_due()
        return new

    def is_wanted(self, title: str, text: str) -> bool:
        """Whether a text that is not stored yet answers a watch or covers a release."""
        article = ArticleText(id="", title=title, body=text, language="")
        return bool(
            self.watching.matches([indexed_article(title=title, body=text)])
            or attribute(article, self.releases.index(), thresholds=self.thresholds)
        )

    def _claim(self, share: Share | None) -> Sequence[int]:
        with self.database.write() as session:
            return claiming.claim_sifts(
                session, stamp=self.timer.stamp(), limit=_BATCH, share=share
            )

    def _sift(self, ids: Sequence[int]) -> int:
        with self.database.read() as session:
            rows = _rows(session, ids)
        # The mark this worker set: a row marked again meanwhile is sifted again.
        marks = {row.id: row.sift_at for row in rows}
        for row in rows:
            if not row.language:
                row.language = guess(f"{row.title}\n{row.full_text or ''}").language
        indexed = [search.of_row(row) for row in rows]
        with self.database.write() as session:
            search.index(session, indexed)
        # Before the mark goes: whoever takes them after a kill finds them again.
        self.stories.group(ids, now=self.clock.now())
        # Only now: a watch that is added meanwhile finds them when it looks back.
        hits = self.watching.matches(indexed)
        matched = self._attributed(rows)
        now = self.clock.now()
        with self.database.write() as session:
            held = _hold(session, rows)
            watches.keep(
                session, [one for one in hits if one.article_id in held], now=now
            )
            still = [row for row in rows if row.id in held]
            new = self._keep(session, still, matched, now=now)
            for row in still:
                session.execute(
                    update(Article)
                    .where(Article.id == row.id, Article.sift_at == marks[row.id])
                    .values(sift_at=None, language=row.language)
                )
            _follow(session, ids, now=now)
        self._sign(ids, now=now)
        return new

    def _attributed(self, rows: Sequence[Article]) -> _Matched:
        index = self.releases.index()
        before = self.releases.known()
        found = {
            row.id: self.learning.apply(
                attribute(article_text(row), index, thresholds=self.thresholds),
                article_id=row.id,
                outlet_id=row.outlet_id,
            )
            for row in rows
            if before
        }
        # One that another thread took out and added anew meanwhile was there in part.
        stayed = before.items() & self.releases.known().items()
        return _Matched(
            found=found, considered={one: seal for one, (seal, _) in stayed}
        )

    def _keep(
        self,
        session: Session,
        rows: Sequence[Article],
        matched: _Matched,
        *,
        now: datetime,
    ) -> int:
        """Write what *rows*, which nobody else holds, are taken for; answers the new lines."""
        proposed = session.scalars(
            select(Coverage.release_id)
            .where(
                Coverage.article_id.in_([row.id for row in rows]),
                Coverage.decision == Decision.PROPOSED,
            )
            .distinct()
        ).all()
        current = self.releases.current(session, proposed)
        # What another worker found of a release as it is by now is not ours to take back.
        considered = frozenset(
            one for one, seal in matched.considered.items() if current.get(one) == seal
        )
        return sum(
            coverage.keep(
                session,
                row.id,
                matched.found.get(row.id, ()),
                now=now,
                # Of an article whose text is forgotten nothing is taken back.
                considered=() if row.full_text is None else considered,
            )
            for row in rows
        )

    def _sign(self, ids: Sequence[int], *, now: datetime) -> None:
        if self.authors is not None:
            self.authors.find(ids, now=now)

    def _unfinished(self) -> Sequence[LookBack]:
        """The look-backs to be done, begun anew for a release whose versions changed."""
        with self.database.write() as session:
            known = {row.release_id: row for row in session.scalars(select(LookBack))}
            for release_id, seal in sorted(seals(session).items()):
                row = known.get(release_id)
                if row is None:
                    row = known[release_id] = LookBack(release_id=release_id, seal=seal)
                    session.add(row)
                elif row.seal != seal:
                    row.seal, row.reached_id, row.done_at = seal, None, None
            return [row for row in known.values() if row.done_at is None]

    def _behind(self, reached: int) -> Sequence[int]:
        with self.database.read() as session:
            return session.scalars(
                select(Article.id)
                .where(Article.id > reached)
                .order_by(Article.id)
                .limit(_BATCH)
            ).all()

    def _look_back(self, releases: Sequence[int], ids: Sequence[int]) -> int:
        """Match the next articles, for all *releases* at once; without any, it is done."""
        with self.database.read() as session:
            rows = _rows(session, ids)
        matched = self._attributed(rows)
        now = self.clock.now()
        progress = {"reached_id": ids[-1]} if ids else {"done_at": now}
        with self.database.write() as session:
            held = _hold(session, rows)
            still = [row for row in rows if row.id in held]
            new = self._keep(session, still, matched, now=now)
            _follow(session, ids, now=now)
            session.execute(
                update(LookBack)
                .where(LookBack.release_id.in_(releases))
                .values(**progress)
            )
        self.stories.group(ids, now=now)
        self._sign(ids, now=now)
        return new


def _rows(session: Session, ids: Sequence[int]) -> Sequence[Article]:
    return session.scalars(
        select(Article)
        .where(Article.id.in_(ids))
        .options(joinedload(Article.outlet))
        .order_by(Article.id)
    ).all()


def _hold(session: Session, rows: Sequence[Article]) -> frozenset[int]:
    """The articles that are still there, kept from other workers until the transaction ends.

    One may have joined another article since it was read.
    """
    storing.lock_outlets(session, {row.outlet_id for row in rows})
    ids = [row.id for row in rows]
    return frozenset(session.scalars(select(Article.id).where(Article.id.in_(ids))))


def _followed(session: Session, ids: Sequence[int]) -> frozenset[int]:
    """The articles that are read again: those that cover a release."""
    return frozenset(
        session.scalars(
            select(Coverage.article_id).where(
                Coverage.article_id.in_(ids),
                Coverage.decision.in_([Decision.PROPOSED, Decision.CONFIRMED]),
            )
        )
    )


def _next_read(row: Article, *, now: datetime) -> datetime | None:
    """When a followed article's page is read next; what is planned stays."""
    if row.next_read_at is not None:
        return row.next_read_at
    if row.reads == 0 or row.text_from != TextFrom.PAGE:
        # It was only skimmed: evidence needs the text taken out with care.
        return now if row.read_failures == 0 else None
    return versions.next_reread(row.first_seen_at, now=now)


def _follow(session: Session, ids: Sequence[int], *, now: datetime) -> None:
    for row in _rows(session, sorted(_followed(session, ids))):
        row.next_read_at = _next_read(row, now=now)

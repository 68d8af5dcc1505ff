"""Sources as screens and commands show them: frozen values, a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import Session, defer, joinedload

from core.models import Alert, Outlet
from monitor.catalogue.adding import by_id
from monitor.models import Article, Poll, Sighting, Source
from monitor.states import SourceState

PAGE: Final = 200
_POLLS: Final = 30
_ARTICLES: Final = 30
_TROUBLED: Final = 50
_WELL: Final = (SourceState.OK, SourceState.NEW)
# The order people should look at them in.
WORST_FIRST: Final = (
    SourceState.HIJACKED,
    SourceState.GONE,
    SourceState.BLOCKED,
    SourceState.FAILING,
    SourceState.OUTRUN,
    SourceState.STALE,
    SourceState.QUIET,
    SourceState.NEW,
    SourceState.OK,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    id: int
    outlet: str
    outlet_ar: str
    tier: int
    region: str
    kind: str
    url: str
    state: str
    state_since: datetime
    fault: str
    detail: str
    options: Mapping[str, Any]
    last_ok_at: datetime | None
    last_new_at: datetime | None
    # How often something new comes, in seconds; None while that is not known.
    usual_gap_seconds: int | None
    next_poll_at: datetime

    def called(self, language: str) -> str:
        """The outlet's name for readers of *language*."""
        return self.outlet_ar if language == "ar" and self.outlet_ar else self.outlet


@dataclass(frozen=True, slots=True, kw_only=True)
class PollView:
    began_at: datetime
    outcome: str
    status: int | None
    fault: str
    detail: str
    byte_count: int
    milliseconds: int
    entry_count: int
    new_count: int
    left_out_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """An article as the page of its source lists it."""

    id: int
    title: str
    url: str
    language: str
    published_at: datetime | None
    published_as: str
    first_seen_at: datetime
    is_deleted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDetail:
    view: SourceView
    outlet_kind: str
    outlet_language: str
    homepage: str
    known: str
    interval_seconds: int
    usual_gap_seconds: int | None
    failures: float
    newest_at: datetime | None
    outrun_at: datetime | None
    has_etag: bool
    has_last_modified: bool
    validators_lie: bool
    last_whole_at: datetime | None
    moved_to: str
    moved_times: int
    polls: Sequence[PollView]
    articles: Sequence[Brought]
    alerts: Sequence["AlertView"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertView:
    id: int
    rule: str
    about: str
    raised_at: datetime
    ended_at: datetime | None
    fields: Mapping[str, Any]

    @property
    def path(self) -> str:
        """Where on our own pages it is looked into; empty when nowhere."""
        kind, _, number = self.about.partition(":")
        folder = {"source": "sources", "coverage": "coverage"}.get(kind)
        return f"/{folder}/{number}" if folder and number.isdecimal() else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which sources are asked for; empty fields ask for all."""

    state: str = ""
    kind: str = ""
    # A part of the outlet's name or of the address.
    text: str = ""
    region: str = ""
    tier: int = 0


def counts(session: Session) -> Mapping[str, int]:
    """How many sources are in each state, the worst first; states nobody is in are absent."""
    found: dict[str, int] = {
        row.state: row.times
        for row in session.execute(
            select(Source.state, func.count().label("times")).group_by(Source.state)
        )
    }
    return {state: found[state] for state in WORST_FIRST if state in found}


def sources(
    session: Session, wanted: Wanted, *, after: int = 0, limit: int = PAGE
) -> Sequence[SourceView]:
    """In the order they were added, from the one behind *after*."""
    asked = (
        _filtered(wanted)
        .where(Source.id > after)
        .options(joinedload(Source.outlet))
        .order_by(Source.id)
        .limit(limit)
    )
    return [view_of(row) for row in session.scalars(asked)]


def troubled(session: Session, *, limit: int = _TROUBLED) -> Sequence[SourceView]:
    """The sources a person should look at first, the worst on top."""
    rank = case(
        {state.value: place for place, state in enumerate(WORST_FIRST)},
        value=Source.state,
    )
    rows = session.scalars(
        select(Source)
        .where(Source.state.not_in(_WELL))
        .options(joinedload(Source.outlet))
        .order_by(rank, Source.state_since.desc(), Source.id)
        .limit(limit)
    )
    return [view_of(row) for row in rows]


def source(session: Session, source_id: int) -> SourceDetail:
    """One source with its last polls and what it brought. Raises NotFound."""
    row = by_id(session, source_id)
    return SourceDetail(
        view=view_of(row),
        outlet_kind=row.outlet.kind,
        outlet_language=row.outlet.language,
        homepage=row.outlet.homepage,
        known=row.outlet.known,
        interval_seconds=row.interval_seconds,
        usual_gap_seconds=row.usual_gap_seconds,
        failures=row.failures,
        newest_at=row.newest_at,
        outrun_at=row.outrun_at,
        has_etag=bool(row.etag),
        has_last_modified=bool(row.last_modified),
        validators_lie=row.validators_lie,
        last_whole_at=row.last_whole_at,
        moved_to=row.moved_to,
        moved_times=row.moved_times,
        polls=_polls(session, source_id),
        articles=_articles(session, source_id),
        alerts=alerts(session, about=f"source:{source_id}"),
    )


def alerts(session: Session, *, about: str = "") -> Sequence[AlertView]:
    """What a person should look at now, the newest first; of one thing, also what ended."""
    asked = select(Alert).order_by(Alert.raised_at.desc(), Alert.id.desc()).limit(50)
    asked = asked.where(Alert.about == about if about else Alert.ended_at.is_(None))
    return alert_views(session, session.scalars(asked).all())


def alert_views(session: Session, rows: Sequence[Alert]) -> Sequence[AlertView]:
    """These alerts with what the outlets of their sources are called today."""
    names = _names(session, rows)
    return [
        AlertView(
            id=row.id,
            rule=row.rule,
            about=row.about,
            raised_at=row.raised_at,
            ended_at=row.ended_at,
            fields={**row.fields, **names.get(row.about, {})},
        )
        for row in rows
    ]


def _names(session: Session, rows: Sequence[Alert]) -> Mapping[str, Mapping[str, str]]:
    """What the outlets of sources are called today, in both scripts."""
    kind = "source:"
    ids = [int(row.about[len(kind) :]) for row in rows if row.about.startswith(kind)]
    asked = (
        select(Source.id, Outlet.name, Outlet.name_ar)
        .join(Outlet, Outlet.id == Source.outlet_id)
        .where(Source.id.in_(ids))
    )
    return {
        f"{kind}{one.id}": {"outlet": one.name, "outlet_ar": one.name_ar}
        for one in session.execute(asked)
    }


def _filtered(wanted: Wanted) -> Select[Source]:
    asked = select(Source).join(Outlet, Outlet.id == Source.outlet_id)
    given = (
        (wanted.state, Source.state),
        (wanted.kind, Source.kind),
        (wanted.region, Outlet.region),
        (wanted.tier, Outlet.tier),
    )
    for value, column in given:
        if value:
            asked = asked.where(column == value)
    if wanted.text:
        asked = asked.where(
            or_(
                *(
                    column.icontains(wanted.text, autoescape=True)
                    for column in (Outlet.name, Outlet.name_ar, Source.url)
                )
            )
        )
    return asked


def _polls(session: Session, source_id: int) -> Sequence[PollView]:
    rows = session.scalars(
        select(Poll)
        .where(Poll.source_id == source_id)
        .order_by(Poll.began_at.desc(), Poll.id.desc())
        .limit(_POLLS)
    )
    return [
        PollView(
            began_at=row.began_at,
            outcome=row.outcome,
            status=row.status,
            fault=row.fault,
            detail=row.detail,
            byte_count=row.byte_count,
            milliseconds=row.milliseconds,
            entry_count=row.entry_count,
            new_count=row.new_count,
            left_out_count=row.left_out_count,
        )
        for row in rows
    ]


def _articles(session: Session, source_id: int) -> Sequence[Brought]:
    rows = session.scalars(
        select(Article)
        .join(Sighting, Sighting.article_id == Article.id)
        .where(Sighting.source_id == source_id)
        .order_by(Article.id.desc())
        .limit(_ARTICLES)
        .options(defer(Article.full_text))
    )
    return [
        Brought(
            id=row.id,
            title=row.title,
            url=row.url,
            language=row.language,
            published_at=row.published_at,
            published_as=row.published_as,
            first_seen_at=row.first_seen_at,
            is_deleted=row.deleted_at is not None,
        )
        for row in rows
    ]


def view_of(row: Source) -> SourceView:
    return SourceView(
        id=row.id,
        outlet=row.outlet.name,
        outlet_ar=row.outlet.name_ar,
        tier=row.outlet.tier,
        region=row.outlet.region,
        kind=row.kind,
        url=row.url,
        state=row.state,
        state_since=row.state_since,
        fault=row.fault,
        detail=row.detail,
        options=row.options,
        last_ok_at=row.last_ok_at,
        last_new_at=row.last_new_at,
        usual_gap_seconds=row.usual_gap_seconds,
        next_poll_at=row.next_poll_at,
    )

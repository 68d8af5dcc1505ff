"""Sources: one in a row with its sentence, and what was found at an address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

import monitor.report
from app import source_words
from app.bootstrap import Office
from core.i18n import Words, words
from core.values import Language
from core.zones import zone
from monitor.catalogue import KINDS
from monitor.catalogue.options import PAUSED
from monitor.catalogue.showing import PollView, SourceDetail, SourceView
from monitor.discovery import Candidate, Examined, Found, discover
from monitor.discovery.values import Read
from monitor.intake.parsing import Parsing

SHOWN: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """A source: its state, since when, why, and the next step in words."""

    id: int
    outlet: str
    outlet_ar: str
    tier: int
    region: str
    kind: str
    url: str
    state: str
    since: datetime
    fault: str
    detail: str
    paused: str | None
    why: str
    next_step: str
    last_ok_at: datetime | None
    last_new_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDetailRow(SourceRow):
    known: str
    usual_gap_seconds: int | None
    interval_seconds: int
    next_poll_at: datetime
    newest_at: datetime | None
    etag: bool
    last_modified: bool
    validators_lie: bool
    moved_to: str
    options: Mapping[str, Any]
    polls: Sequence[PollView]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletenessRow:
    """How many of the sources were read in a period, and which were not."""

    since: datetime
    until: datetime
    read: int
    total: int
    silent: Sequence[SourceRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateRow:
    """An address that was looked at."""

    kind: str
    url: str
    title: str
    found: str
    entries: int
    newest: datetime | None
    language: str
    fault: str | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExaminedRow:
    """What would be read at an address."""

    url: str
    final_url: str
    kind: str
    title: str
    language: str
    readable: bool
    fault: str | None
    why: str
    next_step: str
    robots_allow: bool | None
    entries: int
    dated: int
    left_out: int
    newest: datetime | None
    oldest: datetime | None
    usual_gap_seconds: int | None
    new: int
    titles: Sequence[str]


def reader(office: Office) -> Read:
    """Reads what discovery finds, within the bounds of every parser."""
    parsing = Parsing(bounded=office.bounded)
    return lambda kind, document, options: parsing.parse(
        KINDS[kind](), document, options
    )


def found(office: Office, url: str, *, thorough: bool = False) -> Found:
    """What can be read at *url* or is named by it; no transaction may be open."""
    return discover(
        office.web,
        url,
        read=reader(office),
        now=office.clock.now(),
        zone=zone(office.settings.organisation.zone),
        thorough=thorough,
    )


def completeness(
    session: Session, *, since: datetime, until: datetime
) -> CompletenessRow:
    found = monitor.report.completeness(session, since=since, until=until)
    return CompletenessRow(
        since=since,
        until=until,
        read=found.read,
        total=found.total,
        silent=[line(one) for one in found.silent],
    )


def line(view: SourceView) -> SourceRow:
    return SourceRow(**_line(view))


def detail(one: SourceDetail) -> SourceDetailRow:
    return SourceDetailRow(
        **_line(one.view),
        known=one.known,
        usual_gap_seconds=one.usual_gap_seconds,
        interval_seconds=one.interval_seconds,
        next_poll_at=one.view.next_poll_at,
        newest_at=one.newest_at,
        etag=one.has_etag,
        last_modified=one.has_last_modified,
        validators_lie=one.validators_lie,
        moved_to=one.moved_to,
        options=dict(one.view.options),
        polls=one.polls,
    )


def candidate(one: Candidate) -> CandidateRow:
    said = words(Language.ENGLISH)
    return CandidateRow(
        kind=one.kind,
        url=one.url,
        title=one.title,
        found=source_words.way(one.way, said=said),
        entries=one.entries,
        newest=one.newest,
        language=one.language,
        fault=one.fault,
        why=source_words.of_candidate(one, said=said),
    )


def examined(found: Examined, known: frozenset[str], *, said: Words) -> ExaminedRow:
    faulty = (
        source_words.of_fault(found.fault, found.detail, said=said)
        if found.fault is not None
        else None
    )
    return ExaminedRow(
        url=found.url,
        final_url=found.final_url,
        kind=found.kind,
        title=found.title,
        language=found.language,
        readable=faulty is None,
        fault=found.fault,
        why=faulty.what if faulty is not None else "",
        next_step=faulty.step if faulty is not None else "",
        robots_allow=found.robots_allow,
        entries=len(found.entries),
        dated=found.dated,
        left_out=found.left_out,
        newest=found.newest,
        oldest=found.oldest,
        usual_gap_seconds=_seconds(found.usual_gap),
        new=sum(one.url not in known for one in found.entries),
        titles=[one.title for one in found.entries[:SHOWN]],
    )


def _line(view: SourceView) -> dict[str, Any]:
    english = words(Language.ENGLISH)
    said = (
        source_words.of_hand(said=english)
        if view.kind == "manual"
        else source_words.of_source(view.state, view.fault, view.detail, said=english)
    )
    paused = view.options.get(PAUSED)
    return {
        "id": view.id,
        "outlet": view.outlet,
        "outlet_ar": view.outlet_ar,
        "tier": view.tier,
        "region": view.region,
        "kind": view.kind,
        "url": view.url,
        "state": view.state,
        "since": view.state_since,
        "fault": view.fault,
        "detail": view.detail,
        "paused": paused,
        "why": f"Paused: {paused}" if paused else said.what,
        "next_step": "" if paused else said.step,
        "last_ok_at": view.last_ok_at,
        "last_new_at": view.last_new_at,
    }


def _seconds(gap: timedelta | None) -> int | None:
    return None if gap is None else round(gap.total_seconds())

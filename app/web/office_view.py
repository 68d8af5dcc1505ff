"""What the office's page shows: its health, its sender, its channels, its versions, its settings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import checkup
from app.bootstrap import Office
from app.migrations import history
from app.seeing.found import Level, in_words
from core.i18n import Words
from core.models import JobPulse
from core.settings import telling
from core.settings.telling import Setting
from core.zones import wall_of
from distributor.checks.base import SenderDomain
from distributor.checks.domain import examine
from distributor.sending import preflight
from monitor.catalogue.licences import licensed


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthRow:
    check: str
    level: Level
    what: str
    mend: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRow:
    name: str
    # Whether a worker sends through it; else people do it by hand.
    sends: bool
    # What is left of its quota today; None where it has none.
    left: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRow:
    name: str
    ran_at: datetime
    failed_at: datetime | None
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What receiving servers find at the sender's domain."""

    domain: str
    # Each thing that is wrong, with its mend; empty where nothing is.
    wrong: Sequence[tuple[str, str]]
    has_dkim: bool


def health(office: Office, said: Words) -> Sequence[HealthRow]:
    """The worst first."""
    order = [Level.BAD, Level.WARN, Level.GOOD]
    rows = [
        HealthRow(
            check=one.check,
            level=one.level,
            what=in_words(one.what, one.values, said),
            mend=in_words(one.mend, one.values, said),
        )
        for one in checkup.examine(office)
    ]
    return sorted(rows, key=lambda row: order.index(row.level))


def channels(session: Session, office: Office) -> Sequence[ChannelRow]:
    """In the order of the settings, which is the order they are offered in."""
    return [
        ChannelRow(
            name=name,
            sends=name in office.channels,
            left=preflight.left_that_day(
                session, name, settings=office.settings, at=office.clock.now()
            ),
        )
        for name in office.settings.channels
    ]


def jobs(session: Session) -> Sequence[JobRow]:
    return [
        JobRow(
            name=one.name,
            ran_at=one.ran_at,
            failed_at=one.failed_at,
            fault=one.fault,
        )
        for one in session.scalars(select(JobPulse).order_by(JobPulse.name))
    ]


def versions(office: Office) -> Mapping[str, str]:
    """By names that are the same in every language."""
    engine = office.database.engine
    served = engine.dialect.server_version_info or ()
    return {
        "Parution": version("parution"),
        "schema": history.newest(),
        "tzdata": office.zone_rules.version,
        engine.dialect.name: ".".join(map(str, served)),
    }


def licences(session: Session, office: Office) -> int:
    """How many outlets gave a licence that holds today."""
    zone = office.settings.organisation.zone
    return len(licensed(session, wall_of(office.clock.now(), zone).date()))


def settings(office: Office) -> Mapping[str, Sequence[Setting]]:
    """By section; those that stand alone under an empty name."""
    told = sorted(telling.in_force(office.settings), key=_section)
    return {name: list(rows) for name, rows in groupby(told, key=_section)}


def verdict(domain: SenderDomain, said: Words) -> Verdict:
    return Verdict(
        domain=domain.name,
        wrong=[one.said(said) for one in examine(domain)],
        has_dkim=bool(domain.selector),
    )


def _section(setting: Setting) -> str:
    return setting.name.rpartition(".")[0]

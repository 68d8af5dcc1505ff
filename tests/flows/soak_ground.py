"""Twenty days of listening to a farm with faults, in minutes, and what must be true after.

Office time is moved by hand and the farm publishes on the way; every fault the farm knows
befalls some site, for two days or for good. Machine time is real: a source that hangs is
given up in real seconds, while the others are read.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from farm_hostile import HOSTILE
from farm_sources import add_sources
from sqlalchemy import func, select

from app.tables import metadata
from core.bounded import Bounded
from core.clock import SystemTimer
from core.db import open_database
from core.ids import RandomIds
from core.settings import Settings
from core.web import open_web
from monitor.listening import listening
from monitor.models import Article, Poll, Source
from monitor.states import PollOutcome

BEGIN = datetime(2026, 11, 24, 6, tzinfo=UTC)
DAY = timedelta(days=1)
# They bring articles of no site of the farm, or so many that they are another test's matter.
_NOT_HERE = ("many-entries", "xml-one-key", "xml-long-title", "xml-angles", "status")
FAULTS = [name for name in HOSTILE if name not in {*_NOT_HERE, "too-many"}]
# A site rests in machine time: an hour of it would be months here.
FAULTS += ["too-many-1"]
FAULTS += ["status-401", "status-403", "status-404", "status-500", "status-503"]
DATES = ("epoch", "future", "frozen", "none", "words")
_BLOCKED = (
    "challenge",
    "challenge-ok",
    "login",
    "too-many-1",
    "status-401",
    "status-403",
)
# Broken markup that can be mended is read; what it says is not the site's.
MENDED = frozenset(
    name
    for name in HOSTILE
    if name.startswith("xml-") or name in {"huge-header", "many-headers"}
)
READABLE = frozenset({PollOutcome.READ, PollOutcome.UNCHANGED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Affliction:
    """What befalls a site, from one day to another."""

    site: int
    fault: str
    first_day: int
    # None when it is never mended.
    last_day: int | None


@dataclass(slots=True, kw_only=True)
class Soaked:
    """What is left to be judged."""

    days: int
    sites: int
    afflictions: Mapping[int, Affliction]
    truth: Sequence[Mapping[str, object]]
    statistics: Mapping[str, object]
    states: Mapping[int, tuple[str, str]]
    outrun: Mapping[int, datetime | None]
    # For each site the addresses its outlet's articles were first seen under.
    found: Mapping[int, Sequence[str]]
    # For each site, when it was read and could be.
    reads: Mapping[int, Sequence[datetime]]
    polls: int
    # Sources that were due and not asked by the pass that should have.
    left_due: int
    # Resident megabytes at the end of each day.
    resident: Sequence[float] = field(default_factory=list)


def afflictions(sites, days):
    """A third of the sites suffer, half of them for good and half for two days."""
    made = {}
    for number, site in enumerate(range(1, sites, 3)):
        lasting = (number + number // len(FAULTS)) % 2 == 1
        first = 2 + number % max(1, days - 8)
        made[site] = Affliction(
            site=site,
            fault=FAULTS[number % len(FAULTS)],
            first_day=first,
            last_day=None if lasting else first + 2,
        )
    return made


def settings(hosts, *, seconds, floor_minutes):
    return Settings.model_validate(
        {
            "fetch": {
                "allow_networks": "127.0.0.0/8",
                "hosts": hosts,
                "pace_seconds": 0,
                "total_seconds": seconds,
            },
            "polling": {"floor_minutes": floor_minutes, "pages": "candidates"},
        }
    )


class OfficeClock:
    def __init__(self):
        self.at = BEGIN

    def now(self):
        return self.at


def soak(farm, feeds, hosts, folder, *, days, step, seconds, floor_minutes, day=None):
    """Let *days* pass in steps of *step*; *day* is told each that is over."""
    given = settings(hosts, seconds=seconds, floor_minutes=floor_minutes)
    database = open_database(f"sqlite:///{folder}/soak.db")
    metadata.create_all(database.engine)
    add_sources(database, feeds, now=BEGIN, tiers=(1, 2, 3))
    clock, timer = OfficeClock(), SystemTimer()
    plan = afflictions(len(feeds), days)
    for site in range(2, len(feeds), 9):
        farm.spoil(site, "", dates=DATES[site // 9 % len(DATES)])
    web = open_web(given.fetch, timer=timer)
    resident, left_due = [], 0
    bounded = Bounded()
    try:
        pipeline = listening(
            database=database,
            clock=clock,
            timer=timer,
            ids=RandomIds(),
            web=web,
            bounded=bounded,
            settings=given,
            windows=lambda _: (),
        ).pipeline
        for today in range(days + 2):
            _afflict(farm, plan, today)
            left_due += _pass_day(farm, pipeline, today, step, quiet=today >= days)
            resident.append(megabytes())
            if day is not None:
                day(today, resident[-1])
        return _gathered(
            database,
            farm,
            plan,
            days=days,
            sites=len(feeds),
            resident=resident,
            left_due=left_due,
        )
    finally:
        bounded.close()
        web.close()
        database.close()


def _afflict(farm, plan, today):
    for one in plan.values():
        if today == one.first_day:
            farm.spoil(one.site, one.fault)
        if today == one.last_day:
            farm.spoil(one.site, "")


def _pass_day(farm, pipeline, today, step, *, quiet):
    """One day of the office. On the quiet ones at the end nothing is published any more."""
    left = 0
    end = BEGIN + DAY * (today + 1)
    while pipeline.clock.at < end:
        if not quiet:
            farm.advance(pipeline.clock.at)
        pipeline.run_due()
        with pipeline.database.read() as session:
            left += session.scalar(
                select(func.count())
                .select_from(Source)
                .where(Source.next_poll_at <= pipeline.clock.at)
            )
        pipeline.clock.at += step
    return left


def megabytes():
    """What this process holds in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1_000_000


def _gathered(database, farm, plan, **known):
    found, reads = defaultdict(list), defaultdict(list)
    with database.read() as session:
        for outlet, url in session.execute(select(Article.outlet_id, Article.url)):
            found[outlet - 1].append(url.partition("?")[0])
        for source, at in session.execute(
            select(Poll.source_id, Poll.began_at)
            .where(Poll.outcome.in_(READABLE))
            .order_by(Poll.began_at)
        ):
            reads[source - 1].append(at)
        rows = session.execute(
            select(Source.id, Source.state, Source.fault, Source.outrun_at)
        ).all()
        polls = session.scalar(select(func.count()).select_from(Poll))
    return Soaked(
        afflictions=plan,
        truth=farm.truth(),
        statistics=farm.statistics(),
        states={row.id - 1: (row.state, row.fault) for row in rows},
        outrun={row.id - 1: row.outrun_at for row in rows},
        found=found,
        reads=reads,
        polls=polls,
        **known,
    )


# -- what must be true -----------------------------------------------------------------------


def unnamed_losses(soaked):
    """Articles that were published and are nowhere, while nothing says that some may be.

    A site that cannot be read says so by its state; one that was outrun, by when it was.
    """
    lost = []
    # What such a site sends can be read, and is never its own: an empty feed, for one.
    elsewhere = {
        site
        for site, one in soaked.afflictions.items()
        if one.last_day is None and one.fault in MENDED
    }
    kept = {site: set(urls) for site, urls in soaked.found.items()}
    for one in soaked.truth:
        site = one["site"]
        if site in elsewhere or one["url"] in kept.get(site, ()):
            continue
        state, _ = soaked.states[site]
        outrun = soaked.outrun[site]
        published = datetime.fromisoformat(one["at"])
        if state not in {"ok", "quiet", "stale", "outrun"}:
            continue
        if outrun is not None and outrun >= published:
            continue
        last_reads = [str(at) for at in soaked.reads[site][-6:]]
        ailed = soaked.afflictions.get(site)
        lost.append((site, state, one["number"], one["at"], outrun, ailed, last_reads))
    return lost


def inventions(soaked):
    """Articles that no site published, and those that are kept twice."""
    true = {one["url"] for one in soaked.truth}
    times = Counter(url for urls in soaked.found.values() for url in urls)
    return sorted(
        url
        for url, count in times.items()
        if "/f.test/" not in url and (count > 1 or url not in true)
    )


def misnamed(soaked):
    """Sites with a lasting fault that are not shown as what they are."""
    wrong = []
    for site, one in soaked.afflictions.items():
        if one.last_day is not None or one.fault in MENDED:
            continue
        state, fault = soaked.states[site]
        wanted = {"failing"}
        if one.fault in _BLOCKED:
            wanted = {"blocked"}
        if one.fault == "gone":
            wanted = {"gone"}
        if one.fault == "parked":
            wanted = {"hijacked"}
        if one.fault == "redirect-moved":
            wanted = {"ok", "quiet", "stale", "outrun"}
        if state not in wanted:
            wrong.append((site, one.fault, state, fault))
    return wrong


def longest_silence(soaked):
    """The longest time between two looks at any site that nothing ailed."""
    well = [site for site in range(soaked.sites) if site not in soaked.afflictions]
    return max(
        (
            later - earlier
            for site in well
            for earlier, later in zip(
                soaked.reads[site], soaked.reads[site][1:], strict=False
            )
        ),
        default=timedelta(),
    )

"""Builds the office from its settings. Nothing else constructs what it can be given."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

import distributor.channels
from app import audited
from app.instruments import Instruments, open_instruments
from core.bounded import Bounded
from core.catalogue import members
from core.clock import Clock, SystemClock, SystemTimer, Timer
from core.db import Database, open_database
from core.dns import Resolver, SystemResolver
from core.errors import BadSetting
from core.ids import Ids, RandomIds
from core.journal import Journal
from core.keys import Links, key_ring
from core.reporting.report import Report
from core.reporting.writing import written
from core.scanner import Scanner, scanner_of
from core.settings import Settings
from core.settings.faults import Wrong, of_validation, origin_of, stop
from core.values import Language
from core.web import Web, open_web
from core.wording import worded
from core.zones import ZoneRules, pin
from distributor.channels.base import Channel

# A thousand articles as PDF take a few; what takes longer is not a report of ours.
_MOST_SECONDS: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    settings: Settings
    clock: Clock
    timer: Timer
    ids: Ids
    database: Database
    # What this process counts and traces of its own work.
    instruments: Instruments
    web: Web
    # Where parsers of what others wrote run.
    bounded: Bounded
    resolver: Resolver
    # Looks at files that people give us.
    scanner: Scanner
    zone_rules: ZoneRules
    channels: Mapping[str, Channel]
    keys: Sequence[str]
    links: Links

    def write_report(
        self, name: str, report: Report, languages: Sequence[Language]
    ) -> bytes:
        """As `writing.written`, in a process of its own that gives its memory back."""
        return self.bounded.run(written, name, report, languages, seconds=_MOST_SECONDS)


@contextmanager
def open_office(
    settings: Settings,
    *,
    clock: Clock | None = None,
    timer: Timer | None = None,
    ids: Ids | None = None,
    resolver: Resolver | None = None,
) -> Iterator[Office]:
    """Open everything the office stands on, and close it again."""
    rules = pin(settings.data_dir)
    make_folder(settings.data_dir)
    machine = timer or SystemTimer()
    database = open_database(settings.resolved_database_url())
    instruments = open_instruments(settings.telemetry, timer=machine)
    web = instruments.web(open_web(settings.fetch, timer=machine))
    bounded = Bounded()
    dice = ids or RandomIds()
    keys = key_ring(settings, dice)
    told_by = clock or SystemClock()
    Journal(plan=audited.PLAN, clock=told_by, key=keys[0]).listen(database)
    try:
        yield Office(
            settings=settings,
            clock=told_by,
            timer=machine,
            ids=dice,
            database=database,
            instruments=instruments,
            web=web,
            bounded=bounded,
            resolver=resolver or SystemResolver(),
            scanner=scanner_of(settings.uploads, timer=machine),
            zone_rules=rules,
            channels=open_channels(settings, timer=machine),
            keys=keys,
            links=Links(keys),
        )
    finally:
        bounded.close()
        web.close()
        instruments.close()
        database.close()


def open_channels(settings: Settings, *, timer: Timer) -> Mapping[str, Channel]:
    """Every channel a worker sends through whose settings are given.

    One that people do by hand is checked and left out. Raises BadSetting for an unknown one.
    """
    wrong = channel_faults(settings.channels, settings.origins)
    if wrong:
        raise stop(wrong)
    kinds = members(distributor.channels, "Channel")
    return {
        name: kinds[name](kinds[name].Options.model_validate(given), timer=timer)
        for name, given in settings.channels.items()
        if not getattr(kinds[name], "by_hand", False)
    }


def channel_faults(
    channels: Mapping[str, Any], origins: Mapping[str, str]
) -> Sequence[Wrong]:
    """What is wrong with the settings of the channels: all of it at once."""
    kinds = members(distributor.channels, "Channel")
    found: list[Wrong] = []
    for name, given in channels.items():
        key = f"channels.{name}"
        if name not in kinds:
            found.append(_unknown_channel(key, name, sorted(kinds), origins))
            continue
        try:
            kinds[name].Options.model_validate(given)
        except ValidationError as error:
            found += [
                one
                if one.is_unknown
                else replace(one, mend=worded("See docs/channels.md."))
                for one in of_validation(
                    error, kinds[name].Options, origins=origins, below=key
                )
            ]
    return found


def _unknown_channel(
    key: str, name: str, kinds: Sequence[str], origins: Mapping[str, str]
) -> Wrong:
    return Wrong(
        key=key,
        origin=origin_of(key, origins),
        what=worded("There is no channel called %(name)s.", name=f"{name!r}"),
        mend=worded("The channels are: %(kinds)s.", kinds=", ".join(kinds)),
    )


def make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadSetting(
            worded(
                "The data folder cannot be made: %(strerror)s.", strerror=error.strerror
            ),
            to=str(folder),
            mend=worded("Set PARUTION_DATA_DIR to a folder that may be written."),
        ) from error

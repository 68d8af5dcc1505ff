"""Builds the office from its settings. Nothing else constructs what it can be given."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

import distributor.channels
from app import audited
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
from core.settings import PREFIX, Settings
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
    web: Web
    # Where parsers of what others wrote run.
    bounded: Bounded
    resolver: Resolver
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
    web = open_web(settings.fetch, timer=machine)
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
            web=web,
            bounded=bounded,
            resolver=resolver or SystemResolver(),
            zone_rules=rules,
            channels=open_channels(settings, timer=machine),
            keys=keys,
            links=Links(keys),
        )
    finally:
        bounded.close()
        web.close()
        database.close()


def open_channels(settings: Settings, *, timer: Timer) -> Mapping[str, Channel]:
    """Every channel a worker sends through whose settings are given.

    One that people do by hand is checked and left out. Raises BadSetting for an unknown one.
    """
    kinds = members(distributor.channels, "Channel")
    opened: dict[str, Channel] = {}
    for name, given in settings.channels.items():
        if name not in kinds:
            raise BadSetting(
                worded("There is no channel called %(name)s.", name=f"{name!r}"),
                to=f"{PREFIX}CHANNELS__{name.upper()}",
                mend=worded(
                    "The channels are: %(kinds)s.", kinds=", ".join(sorted(kinds))
                ),
            )
        try:
            options = kinds[name].Options.model_validate(given)
            if not getattr(kinds[name], "by_hand", False):
                opened[name] = kinds[name](options, timer=timer)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            field = "__".join(str(part) for part in first["loc"]).upper()
            raise BadSetting(
                worded("This setting is wrong: %(first)s.", first=first["msg"]),
                to=f"{PREFIX}CHANNELS__{name.upper()}__{field}",
                mend=worded("See docs/channels.md."),
            ) from None
    return opened


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

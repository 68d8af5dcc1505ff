"""Wall time and zones: the only place that converts one to the other.

A plan is kept as wall time plus zone; its UTC moment is derived and may be derived again
when a government moves its clocks. Morocco left UTC+1 for UTC+0 on 2026-09-20 (tzdata
2026.3, IANA 2026c); a stock Debian 12 still says +1 and would break an embargo by an hour,
so the pinned `tzdata` package decides and never the system.
"""

import zoneinfo
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

from core.errors import BadInput, Conflict
from core.wording import worded

# IANA 2026c is the first that knows Morocco's move of 2026-09-20.
FLOOR = "2026c"


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneRules:
    """Which zone data decides: its IANA version and where it was found."""

    version: str
    origin: str

    def can_arm(self) -> bool:
        return self.version >= FLOOR


def pin(data_dir: Path | None = None) -> ZoneRules:
    """Make the pinned package decide, or a newer folder `zoneinfo/` under *data_dir*.

    Call once at start, before any zone is used.
    """
    packaged = Path(str(files("tzdata").joinpath("zoneinfo")))
    ours = ZoneRules(
        version=_iana_version(packaged), origin=f"tzdata {version('tzdata')}"
    )
    zoneinfo.reset_tzpath(to=[])
    if data_dir is not None and (data_dir / "zoneinfo" / "tzdata.zi").is_file():
        folder = (data_dir / "zoneinfo").resolve()
        theirs = ZoneRules(version=_iana_version(folder), origin=str(folder))
        if theirs.version > ours.version:
            zoneinfo.reset_tzpath(to=[str(folder)])
            ours = theirs
    ZoneInfo.clear_cache()
    return ours


def _iana_version(folder: Path) -> str:
    """Read the first line of tzdata.zi: `# version 2026f`."""
    with (folder / "tzdata.zi").open(encoding="ascii") as lines:
        return lines.readline().removeprefix("# version ").strip()


def require_current(rules: ZoneRules) -> None:
    """Raise Conflict when *rules* are too old to plan by."""
    if not rules.can_arm():
        raise Conflict(
            worded(
                "The time-zone data is of version %(version)s, and plans need %(floor)s or newer.",
                version=rules.version,
                floor=FLOOR,
            ),
            to=rules.origin,
            mend=worded(
                "Install a newer tzdata package, or put newer data under the data folder."
            ),
        )


def zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadInput(
            worded("There is no time zone called %(name)s.", name=f"{name!r}"),
            to="zone",
            mend=worded("Give an IANA name such as Africa/Casablanca or Europe/Paris."),
        ) from error


def parse_wall(text: str) -> datetime:
    """Read `2026-11-24T09:00` as a naive wall time."""
    try:
        wall = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(
            worded("%(text)s is not a date and time.", text=f"{text!r}"),
            to="time",
            mend=worded("Write it like 2026-11-24T09:00."),
        ) from error
    if wall.tzinfo is not None:
        raise BadInput(
            worded(
                "%(text)s carries an offset, but a plan is kept as wall time and zone.",
                text=f"{text!r}",
            ),
            to="time",
            mend=worded(
                "Write the wall time alone, like 2026-11-24T09:00, and name the zone."
            ),
        )
    return wall.replace(second=0, microsecond=0)


def moment_of(wall: datetime, zone_name: str, *, later: bool = False) -> datetime:
    """The UTC moment of naive *wall* in a zone.

    Raises BadInput for a time that the zone skips. Of a time that occurs twice the first
    is meant, unless *later*.
    """
    local = wall.replace(tzinfo=zone(zone_name), fold=1 if later else 0)
    moment = local.astimezone(UTC)
    back = moment.astimezone(zone(zone_name)).replace(tzinfo=None)
    if back != wall:
        raise BadInput(
            worded(
                "%(wall)s does not exist in %(zone_name)s: the clocks jump over it.",
                wall=f"{wall:%Y-%m-%d %H:%M}",
                zone_name=zone_name,
            ),
            to="time",
            mend=worded("Choose %(back)s or another time.", back=f"{back:%H:%M}"),
        )
    return moment


def occurs_twice(wall: datetime, zone_name: str) -> bool:
    there = zone(zone_name)
    first = wall.replace(tzinfo=there, fold=0).utcoffset()
    second = wall.replace(tzinfo=there, fold=1).utcoffset()
    return first is not None and second is not None and first > second


def wall_of(moment: datetime, zone_name: str) -> datetime:
    """The naive wall time of a UTC moment in a zone."""
    return moment.astimezone(zone(zone_name)).replace(tzinfo=None)

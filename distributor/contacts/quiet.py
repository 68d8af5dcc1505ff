"""Quiet hours: a contact's do-not-contact hours -> until when a message to them must wait."""

from datetime import datetime, time, timedelta

from core import zones
from core.errors import BadInput
from core.wording import worded


def quiet_until(
    *,
    quiet_from: str,
    quiet_until: str,
    paused_until: datetime | None,
    at: datetime,
    zone: str,
) -> datetime | None:
    """When the silence that holds at the moment *at* ends; None when there is none.

    The hours are wall times of *zone*, like "22:00" and "07:00", and may span midnight; the
    end is not quiet. Both empty, or both the same, mean no quiet hours.
    """
    ends = [_end_of_night(quiet_from, quiet_until, at, zone), paused_until]
    return max((end for end in ends if end is not None and end > at), default=None)


def hours(text: str) -> tuple[str, str]:
    """Read `22:00-07:00`; empty means none. Raises BadInput."""
    if not text.strip():
        return "", ""
    try:
        begin, end = (
            time.fromisoformat(part.strip().rjust(5, "0"))
            for part in text.replace("–", "-").replace("h", ":").split("-")
        )
    except ValueError as error:
        raise BadInput(
            worded("“%(cell)s” are not two hours.", cell=text),
            to="quiet",
            mend=worded("Write them like 22:00-07:00."),
        ) from error
    return f"{begin:%H:%M}", f"{end:%H:%M}"


def _end_of_night(
    quiet_from: str, quiet_until: str, at: datetime, zone: str
) -> datetime | None:
    if not quiet_from or not quiet_until or quiet_from == quiet_until:
        return None
    begin, end = time.fromisoformat(quiet_from), time.fromisoformat(quiet_until)
    local = at.astimezone(zones.zone(zone))
    clock = local.time().replace(tzinfo=None)
    spans_midnight = begin > end
    # Across midnight the loud hours are one stretch, and the quiet ones its rest.
    is_quiet = not end <= clock < begin if spans_midnight else begin <= clock < end
    if not is_quiet:
        return None
    day = local.date()
    if spans_midnight and clock >= begin:
        day += timedelta(days=1)
    return _moment(datetime.combine(day, end), zone)


def _moment(wall: datetime, zone: str) -> datetime:
    try:
        # Of an hour that comes twice the second: rather a message late than a night broken.
        return zones.moment_of(wall, zone, later=True)
    except BadInput:
        # The clocks jump over it; no jump is longer than an hour.
        return zones.moment_of(wall + timedelta(hours=1), zone)

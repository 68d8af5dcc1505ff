"""What a PostgreSQL server says of who waits for whom."""

from datetime import timedelta

from sqlalchemy import text

from core.clock import SystemTimer

_PATIENCE = 60  # seconds
_BLOCKED = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


def wait_until_blocked(database):
    """Until somebody waits for a lock in this database."""
    timer = SystemTimer()
    deadline = timer.monotonic() + _PATIENCE
    while timer.monotonic() < deadline:
        with database.read() as opened:
            if opened.scalar(_BLOCKED):
                return
        timer.wait(timedelta(milliseconds=10))
    raise AssertionError("nobody waits for a lock")

"""Findings of the ground the office stands on: parsers, the database's file, clocks, the sender."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

import distributor.figures
from app.bootstrap import Office
from app.migrations import history
from app.seeing import looks
from app.seeing.found import Found, Level
from core.errors import OfficeError
from core.i18n import N_
from core.trouble import OF_THE_DATABASE
from distributor.sending.hold import on_hold

# So long may something be due before it is called stuck: a channel's own time-outs pass.
SENDER_PATIENCE: Final = timedelta(minutes=10)


def findings(office: Office) -> Sequence[Found]:
    """What a database that cannot be asked would tell is left out: another finding says so."""
    found = [_parsers()]
    try:
        if not history.is_current(office.database):
            return found
        with office.database.read() as session:
            found += [*_database(office, session), _clocks(office, session)]
            found.append(_sender(office, session))
    except (OfficeError, *OF_THE_DATABASE, OSError):
        return found
    return found


def _parsers() -> Found:
    libraries = looks.parsers()
    told = ", ".join(f"{name} {one}" for name, one in libraries.versions.items())
    is_good = libraries.is_libxml2_new_enough
    return Found(
        check="parsers",
        level=Level.GOOD if is_good else Level.BAD,
        found=told,
        what=N_("What others wrote is read by %(libraries)s.")
        if is_good
        else N_(
            "The library that reads feeds is too old to defend itself: %(libraries)s."
        ),
        mend=""
        if is_good
        else N_("Install lxml from its own package, which brings a newer libxml2."),
        values={"libraries": told},
    )


def _database(office: Office, session: Session) -> Iterator[Found]:
    writable = looks.is_writable(office, session)
    yield Found(
        check="writing",
        level=Level.GOOD if writable else Level.BAD,
        found="writable" if writable else "read-only",
        what=N_("The database can be written.")
        if writable
        else N_("The database can be read and not written: nothing new is kept."),
        mend=""
        if writable
        else N_("See whether its disk is mounted read-only, and who owns its file."),
    )
    if session.get_bind().dialect.name == "sqlite":
        yield _index(session)
        yield _file(office)


def _index(session: Session) -> Found:
    has = session.scalar(text("SELECT sqlite_compileoption_used('ENABLE_FTS5')"))
    return Found(
        check="text search",
        level=Level.GOOD if has else Level.BAD,
        found="FTS5" if has else "no FTS5",
        what=N_("Stored texts can be searched.")
        if has
        else N_("This SQLite cannot search texts: it was built without FTS5."),
        mend="" if has else N_("Use a Python whose SQLite has FTS5, or PostgreSQL."),
    )


def _file(office: Office) -> Found:
    file = office.database.engine.url.database or ""
    kind = looks.network_file_system(Path(file)) if file else ""
    return Found(
        check="database file",
        level=Level.BAD if kind else Level.GOOD,
        found=f"on {kind}" if kind else "on this machine",
        what=N_(
            "The database's file is on a network file system (%(kind)s), where its locks do not hold."
        )
        if kind
        else N_("The database's file is on a disk of this machine."),
        mend=N_("Move the data folder to a disk of this machine, or use PostgreSQL.")
        if kind
        else "",
        values={"kind": kind} if kind else {},
    )


def _clocks(office: Office, session: Session) -> Found:
    ahead = looks.clocks_apart(looks.ticks(session), office.timer.stamp())
    return Found(
        check="clock",
        level=Level.WARN if ahead else Level.GOOD,
        found=f"{ahead.total_seconds():.0f} s behind" if ahead else "agrees",
        what=N_(
            "This machine's clock is behind one that ran the jobs, or it was set back."
        )
        if ahead
        else N_("The clocks of the machines that run the jobs agree."),
        mend=N_("Let every machine keep its time by NTP.") if ahead else "",
    )


def _sender(office: Office, session: Session) -> Found:
    now = office.clock.now()
    moving = distributor.figures.moving(session, now=now)
    is_stuck = on_hold(office.settings.data_dir) is None and (
        moving.is_stuck(now, SENDER_PATIENCE) or moving.is_late(now, SENDER_PATIENCE)
    )
    return Found(
        check="sender",
        level=Level.BAD if is_stuck else Level.GOOD,
        found="stuck" if is_stuck else "nothing is late",
        what=N_("Something should have left by now, and nothing leaves.")
        if is_stuck
        else N_("Nothing that should have left is late."),
        mend=N_(
            "See whether a worker runs, and what its log says of the channel; then look at the dispatches."
        )
        if is_stuck
        else "",
    )

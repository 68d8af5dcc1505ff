"""What this office stands on, looked at: for `parution doctor` and for the office's page.

Reaches nothing outside: what must be asked of name servers and providers is asked on a
button.
"""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.alert_words import JOURNAL_BROKEN
from app.bootstrap import Office
from app.migrations import history
from app.seeing import ground, looks
from app.seeing.found import Found, Level
from core.alerts import open_alerts
from core.errors import OfficeError, Unavailable
from core.i18n import N_
from core.journal import seals
from core.signing import signing_key
from core.trouble import OF_THE_DATABASE
from core.zones import wall_of
from distributor.sending.hold import on_hold

_OLD_BACKUP: Final = timedelta(days=2)


def examine(office: Office, *, thorough: bool = False) -> Sequence[Found]:
    """All checks, none of which raises: what cannot be looked at is a finding itself.

    A *thorough* one reads what was added to the journal since its last seal.
    """
    found = [
        _zones(office),
        *_database(office, thorough=thorough),
        _channels(office),
        _room(office),
    ]
    found += [_hold(office), _address(office), _backup(office)]
    found += ground.findings(office)
    # Asked only when there is time: they may be on another machine.
    if thorough:
        found.append(_names(office))
    if thorough and office.settings.uploads.scanner:
        found.append(_scanner(office))
    return found


def _zones(office: Office) -> Found:
    rules = office.zone_rules
    can = rules.can_arm()
    return Found(
        check="time zones",
        level=Level.GOOD if can else Level.BAD,
        found=f"{rules.version} from {rules.origin}",
        what=N_("The time zone data is of version %(version)s.")
        if can
        else N_(
            "The time zone data of version %(version)s is too old: nothing can be planned."
        ),
        mend=""
        if can
        else N_("Put newer data into the folder zoneinfo of the data folder."),
        values={"version": rules.version},
    )


def _database(office: Office, *, thorough: bool) -> Iterator[Found]:
    """The tables, and what only they tell."""
    try:
        with office.database.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
        current = history.is_current(office.database)
    except (OfficeError, *OF_THE_DATABASE) as error:
        yield Found(
            check="database",
            level=Level.BAD,
            found=str(error),
            what=N_("The database does not answer."),
            mend=N_("Look at its own log, and whether the disk is full."),
        )
        return
    yield _tables(office, current=current)
    if current:
        with office.database.read() as session:
            yield _jobs(session, office.timer.stamp())
        yield _journal(office, thorough=thorough)


def _tables(office: Office, *, current: bool) -> Found:
    name = office.database.engine.dialect.name
    engine = f"SQLite {sqlite3.sqlite_version}" if name == "sqlite" else name
    # The embedded one is brought up to date at the next start.
    is_good = current or name == "sqlite"
    return Found(
        check="database",
        level=Level.GOOD if current else Level.WARN if is_good else Level.BAD,
        found=engine if current else f"{engine}; run `parution migrate`",
        what=N_("The database is %(engine)s, and its tables are of this version.")
        if current
        else N_(
            "The database is %(engine)s, and its tables are older than this version."
        ),
        mend="" if current else N_("Run parution migrate."),
        values={"engine": engine},
    )


def _jobs(session: Session, now: datetime) -> Found:
    rows = looks.ticks(session)
    if not looks.is_anybody_ticking(rows, now):
        return Found(
            check="jobs",
            level=Level.WARN,
            found="not running",
            what=N_(
                "No worker has run its jobs lately: nothing is sent and no source is read."
            ),
            mend=N_("Start parution serve, or parution worker."),
        )
    still = looks.still(rows, now)
    failing = [one.job for one in rows if one.is_failing]
    if still or failing:
        names = ", ".join([*failing, *still])
        return Found(
            check="jobs",
            level=Level.WARN,
            found=f"in trouble: {names}",
            what=N_("These jobs fail or stand still: %(jobs)s."),
            mend=N_("Look for job.failed in the log; it names the error."),
            values={"jobs": names},
        )
    return Found(
        check="jobs",
        level=Level.GOOD,
        found=f"{len(rows)} running",
        what=N_("All jobs run."),
    )


def _journal(office: Office, *, thorough: bool) -> Found:
    with office.database.read() as session:
        broken = open_alerts(session, rules=[JOURNAL_BROKEN])
        last = seals.last(session)
    line = int(broken[0].fields.get("number", 0)) if broken else 0
    if thorough and not line:
        key = signing_key(office.settings.data_dir, office.ids)
        line = seals.verify(office.database, since=last, public=key.public).broken_at
    if line:
        return Found(
            check="journal",
            level=Level.BAD,
            found=f"broken at line {line}",
            what=N_("The journal was changed from outside, at its line %(number)s."),
            mend=N_(
                "Keep a copy of the database as it is, and compare it with a backup."
            ),
            values={"number": line},
        )
    return Found(
        check="journal",
        level=Level.GOOD,
        found=f"sealed to line {last.line_id}" if last else "not sealed yet",
        what=N_("The journal holds.") if last else N_("The journal is not sealed yet."),
    )


def _channels(office: Office) -> Found:
    names = ", ".join(office.channels)
    return Found(
        check="channels",
        level=Level.GOOD if names else Level.BAD,
        found=names or "none: nothing can be sent",
        what=N_("Mail leaves through %(channels)s.")
        if names
        else N_("No channel is set up: nothing can be sent."),
        mend="" if names else N_("Set one up in the settings, such as channels.smtp."),
        values={"channels": names},
    )


def _room(office: Office) -> Found:
    if not os.access(office.settings.data_dir, os.W_OK):
        return Found(
            check="disk",
            level=Level.BAD,
            found="read-only",
            what=N_("The folder where the office keeps its files cannot be written."),
            mend=N_(
                "Mount its volume for writing, or give the office's user the right to write."
            ),
        )
    free = looks.free_bytes(office.settings.data_dir)
    gigabytes = f"{free / 1024**3:.1f}"
    level = Level.GOOD
    if free < looks.LITTLE_ROOM:
        level = Level.BAD if free < looks.NO_ROOM else Level.WARN
    return Found(
        check="disk",
        level=level,
        found=f"{gigabytes} GB free",
        what=N_("%(free)s MB are free where the office keeps its files."),
        mend=""
        if level is Level.GOOD
        else N_("Make room, or move the data folder to a larger disk."),
        values={"free": free // 1024**2},
    )


def _hold(office: Office) -> Found:
    reason = on_hold(office.settings.data_dir)
    return Found(
        check="hold",
        level=Level.GOOD if reason is None else Level.WARN,
        found="released" if reason is None else reason,
        what=N_("Sending is not on hold.")
        if reason is None
        else N_("Everything is on hold: nothing leaves."),
        mend="" if reason is None else N_("Release it when sending may go on."),
    )


def _address(office: Office) -> Found:
    url = office.settings.web.public_url
    is_safe = url.startswith("https://")
    return Found(
        check="public address",
        level=Level.GOOD if is_safe else Level.WARN,
        found=url or "none",
        what=N_("The outside reaches this office at %(url)s.")
        if is_safe
        else N_(
            "The outside has no https address of this office: mails offer no one-click unsubscribing."
        ),
        mend=""
        if is_safe
        else N_("Set web.public_url to the address that your proxy serves."),
        values={"url": url},
    )


def _names(office: Office) -> Found:
    domain = office.settings.organisation.sender.rpartition("@")[2]
    try:
        office.resolver.texts(domain)
    except Unavailable as error:
        return Found(
            check="name server",
            level=Level.WARN,
            found=f"no answer about {domain}",
            what=error.what,
            mend=N_(
                "Check this machine's name server: without one no mail leaves and no source is read."
            ),
        )
    return Found(
        check="name server",
        level=Level.GOOD,
        found=f"answers about {domain}",
        what=N_("The name server answers."),
    )


def _scanner(office: Office) -> Found:
    where = office.settings.uploads.scanner
    is_there = office.scanner.answers()
    return Found(
        check="virus scanner",
        level=Level.GOOD if is_there else Level.BAD,
        found=where if is_there else f"no answer at {where}",
        what=N_("The virus scanner answers.")
        if is_there
        else N_("The virus scanner does not answer."),
        mend=""
        if is_there
        else N_("Start it, or correct uploads.scanner in the settings."),
    )


def _backup(office: Office) -> Found:
    """The newest of the folder or the store: each counts only after it was verified."""
    kept = looks.newest_backup(office)
    if kept is None:
        return Found(
            check="backup",
            level=Level.WARN,
            found="none known",
            what=N_("No backup is known here."),
            mend=N_(
                "Make a key with “parution backup-key”, and set backup.folder and backup.key."
            ),
        )
    today = wall_of(office.timer.stamp(), office.settings.organisation.zone).date()
    is_fresh = today - kept.day <= _OLD_BACKUP
    return Found(
        check="backup",
        level=Level.GOOD if is_fresh else Level.WARN,
        found=f"{kept.day.isoformat()}, {kept.size} bytes, verified",
        what=N_("The newest backup is of %(day)s, and was verified."),
        mend="" if is_fresh else N_("See why none was made since."),
        values={"day": kept.day},
    )

"""Editions through their states: opened by the first edit, frozen, validated, sent, replaced."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, defer

from app.reviews import calendar, drafting, edits
from app.reviews.calendar import EditionKind, Slot
from app.reviews.edits import Edits
from app.reviews.models import Edition
from app.reviews.states import EditionState, may_follow
from core.errors import BadInput, Conflict
from core.reporting.formats import json as json_format
from core.reporting.report import Report
from core.settings import Settings
from core.wording import Worded, worded
from core.zones import wall_of

NOT_VALIDATED: Final = "limit:not-validated"


def edition(session: Session, key: str) -> Edition | None:
    """The newest version of an edition."""
    return session.scalar(
        select(Edition).where(Edition.key == key).order_by(Edition.version.desc())
    )


def editions(session: Session, *, limit: int = 100) -> Sequence[Edition]:
    """Every version, the newest first; those nobody froze yet are not among them."""
    return session.scalars(
        select(Edition)
        .where(Edition.state.not_in([EditionState.OPEN, EditionState.SKIPPED]))
        .options(defer(Edition.content), defer(Edition.whole))
        .order_by(Edition.until.desc(), Edition.version.desc())
        .limit(limit)
    ).all()


def today(
    session: Session, *, settings: Settings, now: datetime
) -> Sequence[tuple[Slot, Edition | None]]:
    """The editions of today, or of the next day that has some, each with its row."""
    zone = settings.organisation.zone
    day = wall_of(now, zone).date()
    slots = calendar.slots(day, settings.review, zone)
    if not slots:
        coming = next(iter(calendar.coming(now, settings.review, zone)), None)
        if coming is None:
            return ()
        slots = calendar.slots(coming.day, settings.review, zone)
    return [(slot, edition(session, slot.key)) for slot in slots]


def report_of(frozen: Edition) -> Report:
    """What a frozen edition says, with what a person wrote in it."""
    return json_format.read(frozen.content)


def slot(session: Session, key: str, settings: Settings) -> Slot:
    """The slot of a key: as it was made where it is there, else by today's calendar.

    Raises BadInput for an edition that neither is nor will be.
    """
    day, _, name = key.partition("/")
    row = edition(session, f"{day}/{name or EditionKind.MORNING}")
    if row is not None and row.state != EditionState.OPEN:
        return _slot_of(row)
    return calendar.by_key(key, settings.review, settings.organisation.zone)


def preview(
    session: Session, slot: Slot, *, settings: Settings, now: datetime
) -> Report:
    """The edition as it stands: as it is frozen, or composed anew. Writes nothing."""
    there = edition(session, slot.key)
    if there is not None and there.content:
        return report_of(there)
    report = drafting.draft(session, slot, settings=settings, now=now)
    changes = Edits() if there is None else Edits.from_row(there.edits)
    return edits.applied(report, changes)


def whole(session: Session, slot: Slot, *, settings: Settings, now: datetime) -> Report:
    """The edition before a person's edits: with what they left out, in its own order."""
    there = edition(session, slot.key)
    if there is not None and there.content:
        # Those of an older version of the program have no other.
        return json_format.read(there.whole or there.content)
    return drafting.draft(session, slot, settings=settings, now=now)


def edits_seal(row: Edition | None) -> str:
    """Names what people wrote and chose in an edition so far.

    Never empty, also while nobody did: forms drop empty fields.
    """
    return _digest(row.edits if row is not None else {})


def edit(
    session: Session, slot: Slot, changes: Edits, *, seen: str | None = None
) -> Edition:
    """Keep what a person wrote and chose. Raises Conflict once the edition is validated.

    *seen* is the `edits_seal` of what they had before them; None does not ask. Raises
    Conflict when another person wrote something else meanwhile.
    """
    row = locked(session, slot.key) or _begun(session, slot)
    if row.state not in {EditionState.OPEN, EditionState.FROZEN}:
        raise Conflict(
            worded("This edition is validated: its words no longer change."),
            to=f"edition {slot.key}",
            mend=worded("Reopen it before it is sent, or make a new version after."),
        )
    if seen is not None and seen != edits_seal(row):
        raise Conflict(
            worded(
                "Somebody else changed this edition meanwhile, and nothing was kept."
            ),
            to=f"edition {slot.key}",
            mend=worded("See what they wrote; what you wrote is still in the fields."),
        )
    row.edits = changes.row()
    if row.state == EditionState.FROZEN:
        _set_words(row)
    session.flush()
    return row


def _begun(session: Session, slot: Slot) -> Edition:
    """A row for the first edit. Raises Conflict when another person made it just now."""
    row = _opened(slot)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise Conflict(
            worded("Somebody else began to edit this edition at the same moment."),
            to=f"edition {slot.key}",
            mend=worded("Send it once more: what you typed is still there."),
        ) from error
    return row


def _set_words(row: Edition) -> None:
    """The edition as it is read: what was composed, with the edits in it."""
    composed = json_format.read(row.whole or row.content)
    report = edits.applied(composed, Edits.from_row(row.edits))
    row.content = json_format.plain(report)


def freeze(
    session: Session,
    slot: Slot,
    *,
    settings: Settings,
    now: datetime,
    composed: Report | None = None,
) -> Edition | None:
    """Fix the edition's articles, once; None when it was done before.

    *composed* is a `drafting.draft` of a moment ago; it is composed anew where another edition
    printed one of its articles since. An edition without articles is skipped, unless the office wants it; so is a flash
    edition with too few. Raises Conflict while its period still runs: a day mistyped
    would be skipped for good.
    """
    if now < slot.until:
        raise Conflict(
            worded(
                "Articles of this edition still come in until %(until)s.",
                until=slot.until.isoformat(),
            ),
            to=f"edition {slot.key}",
            mend=worded(
                "Wait until then; until it is frozen the page shows a preview."
            ),
        )
    row = locked(session, slot.key)
    if row is not None and row.state != EditionState.OPEN:
        return None
    if row is None:
        row = _opened(slot)
        session.add(row)
        session.flush()
    report = composed
    if report is None or drafting.printed(session, report):
        report = drafting.draft(session, slot, settings=settings, now=now)
    row.frozen_at = now
    # An edit made the row, by the hours that the settings had then.
    row.since, row.until = slot.since, slot.until
    row.validate_by, row.ready_at = slot.validate_by, slot.ready_at
    if not drafting.is_worth(report, slot, settings):
        _move(row, EditionState.SKIPPED)
        return row
    row.number = 1 + (session.scalar(select(func.max(Edition.number))) or 0)
    row.whole = json_format.plain(replace(report, number=row.number))
    _move(row, EditionState.FROZEN)
    _set_words(row)
    drafting.print_in(session, row, report)
    return row


def validate(row: Edition, *, by: str, now: datetime, seen: str = "") -> Edition:
    """A person read it: it is sent at its hour, as it is now.

    *seen* is the `digest` of what they read; Raises Conflict when it says something else.
    """
    _require(
        row,
        EditionState.VALIDATED,
        worded("Only an edition that is frozen is validated."),
    )
    if seen and seen != digest(row):
        raise Conflict(
            worded("It was edited while you read it."),
            to=f"edition {row.key}",
            mend=worded("Read it again, then validate it."),
        )
    return _sealed(row, by=by, now=now, limits=())


def digest(row: Edition) -> str:
    """Names what a frozen edition says now."""
    return _digest(row.content)


def _digest(said: Any) -> str:
    written = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def let_go(row: Edition, *, now: datetime) -> Edition:
    """Nobody read it, and the office wants it sent all the same: it says so."""
    return _sealed(row, by="", now=now, limits=(NOT_VALIDATED,))


def reopen(row: Edition) -> Edition:
    """Take a validation back before it is sent. Raises Conflict."""
    _require(row, EditionState.FROZEN, worded("Only a validated edition is reopened."))
    row.validated_at, row.validated_by = None, ""
    _move(row, EditionState.FROZEN)
    _set_words(row)
    return row


def correct(
    session: Session, row: Edition, *, because: str, settings: Settings, now: datetime
) -> Edition:
    """Version 2, replaces: the same period composed anew, to be validated and sent at once.

    Raises BadInput without a reason, Conflict while there is nothing to replace.
    """
    reason = " ".join(because.split())
    if not reason:
        raise BadInput(
            worded("A new version needs a reason: its readers are told why."),
            to="because",
            mend=worded("Say what was wrong."),
        )
    newest = locked(session, row.key)
    if newest is None or newest.id != row.id or row.state != EditionState.SENT:
        raise Conflict(
            worded("Only the last version that was sent can be replaced."),
            to=f"edition {row.key}",
            mend=worded("See `parution review list`."),
        )
    slot = _slot_of(row)
    report = replace(
        drafting.draft(session, slot, settings=settings, now=now),
        number=row.number,
        version=row.version + 1,
        because=reason,
    )
    later = _opened(slot)
    later.version, later.number = row.version + 1, row.number
    later.because, later.edits = reason, dict(row.edits)
    later.frozen_at = later.ready_at = now
    later.validate_by = None
    later.whole = json_format.plain(report)
    _move(later, EditionState.FROZEN)
    _set_words(later)
    session.add(later)
    session.flush()
    drafting.print_in(session, later, report)
    return later


def sent(session: Session, row: Edition, *, now: datetime) -> None:
    """It left; the versions before it are replaced."""
    _move(row, EditionState.SENT)
    row.sent_at = now
    session.execute(
        update(Edition)
        .where(
            Edition.key == row.key,
            Edition.version < row.version,
            Edition.state == EditionState.SENT,
        )
        .values(state=EditionState.REPLACED)
    )


def _sealed(
    row: Edition, *, by: str, now: datetime, limits: tuple[str, ...]
) -> Edition:
    report = report_of(row)
    row.content = json_format.plain(
        replace(report, validated_by=by, limits=(*limits, *report.limits))
    )
    row.validated_at, row.validated_by = now, by
    _move(row, EditionState.VALIDATED)
    return row


def _opened(slot: Slot) -> Edition:
    return Edition(
        key=slot.key,
        day=slot.day,
        number=0,
        version=1,
        since=slot.since,
        until=slot.until,
        state=EditionState.OPEN,
        because="",
        edits={},
        whole={},
        content={},
        validated_by="",
        validate_by=slot.validate_by,
        ready_at=slot.ready_at,
    )


def _slot_of(row: Edition) -> Slot:
    """The slot as it was when the edition was made: settings may have changed since."""
    is_flash = f"/{EditionKind.FLASH}" in row.key
    at = row.ready_at or row.until
    return Slot(
        key=row.key,
        day=row.day,
        kind=EditionKind.FLASH if is_flash else EditionKind.MORNING,
        since=row.since,
        until=row.until,
        freeze_at=row.until,
        validate_by=row.validate_by or at,
        ready_at=at,
    )


def locked(session: Session, key: str) -> Edition | None:
    """The newest version; on PostgreSQL a second worker waits here for the first."""
    return session.scalar(
        select(Edition)
        .where(Edition.key == key)
        .order_by(Edition.version.desc())
        .limit(1)
        .with_for_update()
        # Whoever asks may hold the row as it was before they waited.
        .execution_options(populate_existing=True)
    )


def _move(row: Edition, state: EditionState) -> None:
    if not may_follow(EditionState(row.state), state):
        raise Conflict(
            worded(
                "Somebody else changed this edition meanwhile, and nothing was kept."
            ),
            to=f"edition {row.key}",
            mend=worded("Load the page again."),
        )
    row.state = state


def _require(row: Edition, state: EditionState, sentence: Worded) -> None:
    if not may_follow(EditionState(row.state), state):
        raise Conflict(
            sentence,
            to=f"edition {row.key}",
            mend=worded("Load the page again: somebody else may have been quicker."),
        )

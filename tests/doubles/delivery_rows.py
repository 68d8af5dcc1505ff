"""Dispatches and their deliveries as bare rows, for tests of what comes after the send."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from core.models import Release
from distributor.models import Delivery, Dispatch

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def dispatch_of(release_id, *, at, **changes):
    """A dispatch of a release that was sent at an hour and is over, in no session yet."""
    plain = {
        "release_id": release_id,
        "channel": "outbox",
        "channels": ["outbox"],
        "wall": at.replace(tzinfo=None),
        "zone": "UTC",
        "due_at": at,
        "deadline_at": at + timedelta(days=1),
        "grace_minutes": 15,
        "zone_rules": "2026c",
        "release_seal": "seal",
        "seal": "seal",
        "state": "done",
        "left_out": [],
        "planned_at": at,
    }
    return Dispatch(**(plain | changes))


def a_dispatch_row(session, *, state="done", channel="sendgrid", **changes):
    number = 1 + len(session.scalars(select(Release.id)).all())
    release = Release(
        number=f"{number}/2026", kind="communique", zone="UTC", created_at=NOON
    )
    session.add(release)
    session.flush()
    dispatch = dispatch_of(
        release.id,
        at=NOON,
        **{"channel": channel, "channels": [channel], "state": state} | changes,
    )
    session.add(dispatch)
    session.flush()
    return dispatch


def deliveries(database, *, state, count=4, dispatch=None, **changes):
    """Deliveries of one dispatch to p0, p1, ..., all in one state; answers their tokens."""
    with database.write() as session:
        made = a_dispatch_row(session, **(dispatch or {}))
        rows = [
            Delivery(
                dispatch_id=made.id,
                address=f"p{number}@presse.test",
                address_key=f"p{number}@presse.test",
                name=f"Personne {number}",
                language="fr",
                state=state,
                due_at=made.due_at,
                token=f"{made.id:08x}{number:024x}",
                changed_at=NOON,
                **changes,
            )
            for number in range(count)
        ]
        session.add_all(rows)
        session.flush()
        return [row.token for row in rows]


def states(database):
    """Each delivery's state, by its token."""
    with database.read() as session:
        rows = session.execute(
            select(Delivery.token, Delivery.state).order_by(Delivery.id)
        )
        return dict(rows.all())

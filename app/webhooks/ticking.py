"""What webhooks do by the clock: note what happened, and call."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.bootstrap import Office
from app.webhooks import calling, noting
from core.jobs import Job


def jobs(office: Office) -> Sequence[Job]:
    def note() -> int:
        return noting.note(office.database, now=office.clock.now())

    def call() -> int:
        return calling.call_due(office)

    def due() -> datetime | None:
        with office.database.read() as session:
            return calling.next_due(session)

    return [
        Job(
            name="webhook-events",
            every=timedelta(seconds=15),
            run=note,
            # Telling of what happened keeps no plan waiting.
            next_due=lambda: None,
        ),
        Job(
            name="webhooks",
            every=timedelta(seconds=5),
            run=call,
            next_due=due,
            # One that answers slowly holds up none but itself.
            at_once=3,
        ),
    ]

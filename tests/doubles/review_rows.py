"""Editions as tests need them."""

from app.reviews import calendar, editions


def freeze_morning(session, settings, *, now):
    """Freeze the morning edition of the day of *now*."""
    slot = calendar.by_key(
        now.date().isoformat(), settings.review, settings.organisation.zone
    )
    return editions.freeze(session, slot, settings=settings, now=now)

"""Makers of an event: an invitation that guests got, with the answers of some."""

from datetime import timedelta

from contact_rows import a_contact
from delivery_rows import dispatch_of
from screen_makers import a_text

from core.models import Release
from distributor.after import answers
from distributor.models import Delivery


def an_event(session, *, now, guests=(), starts_in=timedelta(days=7)):
    """Release 2 invites each of *guests*, who may be told what else is known of them."""
    a_text(
        session,
        number="114/2026",
        kind="invitation",
        title="Rencontre des agences urbaines",
        now=now,
    )
    release = session.query(Release).filter_by(number="114/2026").one()
    release.event_at = now + starts_in
    release.event_wall = (now + starts_in).replace(tzinfo=None)
    dispatch = dispatch_of(release.id, at=now)
    session.add(dispatch)
    session.flush()
    for place, (name, facts) in enumerate(dict(guests).items()):
        contact = a_contact(session, f"guest{place}@press.test", name, now=now, **facts)
        session.add(
            Delivery(
                dispatch_id=dispatch.id,
                contact_id=contact.id,
                address=contact.address,
                address_key=contact.address_key,
                name=contact.name,
                language="fr",
                state="delivered",
                due_at=now,
                token=f"guest{place}",
                changed_at=now,
            )
        )
    session.flush()
    return release.id


def comes(session, release_id, contact_id, answer="coming", *, now, **told):
    answers.record(
        session,
        release_id=release_id,
        contact_id=contact_id,
        answer=answer,
        said_by=answers.BY_LINK,
        now=now,
        told=answers.details(**told),
    )

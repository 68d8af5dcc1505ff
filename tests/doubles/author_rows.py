"""Rows of a release that reached every contact there is, and of outlets that published it."""

from delivery_rows import dispatch_of
from sqlalchemy import select

from core.models import Outlet, Release, Version
from distributor.models import Contact, Delivery
from monitor import coverage
from monitor.matching.values import Label
from monitor.models import Article


def a_contact(session, name, outlet, *, at, place, kind="journalist"):
    row = Contact(
        address=f"c{place}@press.test",
        address_key=f"c{place}@press.test",
        name=name,
        outlet=outlet,
        kind=kind,
        languages=["fr"],
        beats=[],
        created_at=at,
        updated_at=at,
    )
    session.add(row)
    session.flush()
    return row.id


def a_sent_release(
    session, *, at, number="1/2026", state="accepted", kind="invitation"
):
    """A release with one dispatch that reached every contact; its id."""
    release = Release(number=number, kind=kind, zone="Africa/Casablanca", created_at=at)
    release.versions = [
        Version(language="fr", title="Rencontre", body="Texte.", file_name="a.fr.md")
    ]
    session.add(release)
    session.flush()
    dispatch = dispatch_of(release.id, at=at, started_at=at)
    session.add(dispatch)
    session.flush()
    session.add_all(
        Delivery(
            dispatch_id=dispatch.id,
            contact_id=one.id,
            address=one.address,
            address_key=one.address_key,
            name=one.name,
            language="fr",
            state=state,
            due_at=at,
            token=f"{dispatch.id}-{one.id}",
            changed_at=at,
        )
        for one in session.scalars(select(Contact).order_by(Contact.id))
    )
    session.flush()
    return release.id


def published(session, release_id, *, outlet, author, at, title="", outlet_ar=""):
    """An article of *outlet* that covers the release; its coverage line's id."""
    row = session.query(Outlet).filter_by(name=outlet).one_or_none() or Outlet(
        name=outlet, name_ar=outlet_ar
    )
    session.add(row)
    session.flush()
    place = session.query(Article).count() + 1
    article = Article(
        outlet_id=row.id,
        url=f"https://a.test/{place}",
        address_hash=place,
        title=title or f"Agences urbaines {place}",
        title_hash=place,
        author=author,
        language="fr",
        first_seen_at=at,
        full_text="Les agences urbaines se réunissent.",
    )
    session.add(article)
    session.flush()
    line = coverage.add(
        session,
        article_id=article.id,
        release_id=release_id,
        label=Label.REWRITE,
        by="x",
        now=at,
    )
    return line.id

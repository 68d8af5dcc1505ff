"""Makers of what tests of editing need: people, a release in two languages, what a form sends."""

from core.models import Account, Release
from core.values import Role
from distributor.releases import facts, importing
from distributor.releases.editing import Draft, Typed, seal_of

FRENCH = ("Rencontre des agences", "Le ministère réunit les agences à Rabat.\n\nFin.")
ARABIC = ("لقاء الوكالات", "تجمع الوزارة الوكالات بالرباط.")


def people(session, now):
    made = [
        Account(name=name, role=Role.WRITER, password_hash="", created_at=now)
        for name in ("Salma", "Karim")
    ]
    session.add_all(made)
    session.flush()
    return made


def a_release(session, now, *, words=None, number="112/2026"):
    asked = {"fr": FRENCH, "ar": ARABIC} if words is None else words
    return importing.store(
        session,
        number=number,
        kind="communique",
        versions=[
            importing.ImportedVersion(
                language=language, title=title, body=body, file_name=""
            )
            for language, (title, body) in asked.items()
        ],
        zone="Africa/Casablanca",
        embargo_wall=None,
        event_wall=None,
        now=now,
    )


def version(session, release, language):
    session.expire_all()
    found = session.get_one(Release, release.id).versions
    return next((one for one in found if one.language == language), None)


def typed(session, release, language, *, title=None, body=None):
    """What a form sends that was shown just now."""
    here = version(session, release, language)
    return Typed(
        language=language,
        title=title if title is not None else here.title if here else "",
        body=body if body is not None else here.body if here else "",
        seal=seal_of(here),
    )


def draft(*versions, **others):
    return Draft(versions=list(versions), **others)


def shown(session, release):
    return dict(facts.of(session, release))

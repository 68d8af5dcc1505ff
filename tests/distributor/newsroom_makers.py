"""Makers of what tests of the newsroom need: an office that has one, its people, its releases."""

from io import BytesIO

from PIL import Image
from screen_makers import a_text, an_office

from core.models import Account, Attachment, Release
from core.values import Role
from distributor.newsroom import pictures, publishing
from distributor.newsroom.copying import Caption
from distributor.newsroom.publishing import Wish

NAMED = {"photo.jpg": Caption(alternative="Des gens assis", credit="M. Alami")}


def a_newsroom(tmp_path, clock, ids, **changes):
    """An office with a newsroom, where nobody approves."""
    given = {
        "approval": "off",
        "newsroom": {"enabled": True, "name": "Salle de presse"},
        "web": {"public_url": "https://presse.test"},
    }
    return an_office(tmp_path, clock, ids, **(given | changes))


def people(office):
    """The tables, and an account of each role."""
    with office.database.write() as session:
        session.add_all(
            Account(
                name=role, role=role, password_hash="", created_at=office.clock.now()
            )
            for role in Role
        )


def a_release(
    office, *, number="112/2026", title="Rencontre", kind="communique", **given
):
    """Its id. Further columns of the release may be given."""
    with office.database.write() as session:
        release = a_text(
            session,
            number=number,
            kind=kind,
            title=title,
            now=office.clock.now(),
            parent=given.pop("parent", ""),
        )
        for name, value in given.items():
            setattr(release, name, value)
        return release.id


def attach(office, release_id, name, content, *, role="annex", media_type="text/plain"):
    with office.database.write() as session:
        session.add(
            Attachment(
                release_id=release_id,
                file_name=name,
                role=role,
                media_type=media_type,
                size=len(content),
                digest=f"{name}-{len(content)}",
                content=content,
            )
        )


def a_picture(*, size=(64, 48), kind="JPEG", **saved):
    out = BytesIO()
    Image.new("RGB", size, (11, 93, 87)).save(out, kind, **saved)
    return out.getvalue()


def who(session, role):
    return session.query(Account).filter_by(name=str(role)).one()


def publish(office, release_id, *, role=Role.VALIDATOR, **wished):
    """As the office's page does it."""
    wished.setdefault("captions", NAMED)
    with office.database.write() as session:
        made = publishing.put(
            session,
            session.get_one(Release, release_id),
            Wish(**wished),
            pictures=pictures.redraw(publishing.pictures_of(session, release_id)),
            account=who(session, role),
            settings=office.settings,
            now=office.clock.now(),
        )
        return made.id


def withdraw(office, release_id, *, role=Role.WRITER):
    with office.database.write() as session:
        publishing.withdraw(
            session,
            release_id,
            account=who(session, role),
            because="A figure is wrong.",
            now=office.clock.now(),
        )

"""Programs that call the API of an office: each with a token of its own."""

from contextlib import contextmanager

from fastapi.testclient import TestClient
from screen_makers import an_office, fill

from app.tables import metadata
from app.web import make_app
from core import tokens
from core.accounts import Right
from core.models import Account
from core.values import Role


@contextmanager
def called_office(tmp_path, clock, ids, **changes):
    """An office with people, a release and a list, that programs may call."""
    with an_office(tmp_path, clock, ids, **changes) as opened:
        metadata.create_all(opened.database.engine)
        fill(opened)
        yield opened


def token_of(office, name, *, scopes=tuple(Right), days=90, called="a program"):
    with office.database.write() as session:
        account = session.query(Account).filter_by(name=str(name)).one()
        _, said = tokens.make(
            session,
            account,
            name=called,
            scopes=scopes,
            days=days,
            ids=office.ids,
            now=office.clock.now(),
        )
    return said


def program(office, name=Role.ADMINISTRATOR, **given):
    """A client whose every call bears a new token of *name*."""
    client = TestClient(make_app(office), base_url="http://testserver/api/v1")
    client.headers["Authorization"] = f"Bearer {token_of(office, name, **given)}"
    return client

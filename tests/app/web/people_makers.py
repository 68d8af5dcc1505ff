"""Makers of what tests of people need: an office whose clocks stand still, and somebody in it."""

import re
from contextlib import contextmanager
from functools import cache

import pyotp
from engines import address
from fastapi.testclient import TestClient

from app.bootstrap import open_office
from app.web import make_app
from app.web.sessions import COOKIE
from core.accounts import passwords, second_factor, sessions
from core.ids import RandomIds
from core.keys import Vault
from core.models import Account
from core.settings import Settings
from core.values import Role

_APPS = {}
SENTENCE = "le figuier donne deux fois"


@cache
def kept():
    """The hash of SENTENCE, made once: it takes a fifth of a second."""
    return passwords.hashed(SENTENCE)


@contextmanager
def an_office_of_people(tmp_path, clock, **changes):
    """Office and machine time are *clock*."""
    settings = Settings.model_validate(
        {
            "data_dir": tmp_path,
            "database_url": address(tmp_path),
            "language": "en",
            "organisation": {"name": "Ministère", "from": "presse@ministere.test"},
        }
        | changes
    )
    with open_office(settings, clock=clock, timer=clock, ids=RandomIds()) as office:
        yield office
        _APPS.pop(id(office), None)


def somebody(office, name="samira", role=Role.VALIDATOR, **changes):
    """Somebody whose password is SENTENCE."""
    with office.database.write() as session:
        account = Account(
            name=name,
            role=role,
            created_at=office.clock.now(),
            **{"password_hash": kept()} | changes,
        )
        session.add(account)
        session.flush()
        return account


def visitor(office, base="http://testserver", account=None):
    """A browser of its own; that of *account* when somebody is to be signed in already."""
    client = TestClient(_app(office), base_url=base, follow_redirects=False)
    client.headers["Accept"] = "text/html"
    client.cookies.set("parution_language", "en")
    if account is not None:
        hold(client, COOKIE, token_of(office, account))
    return client


def hold(client, name, value):
    """As if the office had given it: a later one of that name takes its place."""
    host = client.base_url.host
    domain = host if "." in host else f"{host}.local"
    client.cookies.set(name, value, domain=domain)


def _app(office):
    """One for each office: its templates are read once, and its guard knows all visitors."""
    if id(office) not in _APPS:
        _APPS[id(office)] = make_app(office)
    return _APPS[id(office)]


def token_of(office, account, how="password"):
    """What signing in leaves in a browser, without a slow password each time."""
    with office.database.write() as session:
        return sessions.start(
            session, account.id, ids=office.ids, now=office.timer.stamp(), how=how
        )


def sign_in(client, name="samira", password=SENTENCE, **more):
    return client.post("/login", data={"name": name, "password": password} | more)


def hidden(page, name):
    """What a form of *page* keeps in a hidden field."""
    return re.search(rf'name="{name}" value="([^"]*)"', page.text)[1]


def rows(office, kind):
    with office.database.read() as session:
        return session.query(kind).order_by(kind.id).all()


def with_factor(office):
    """The authenticator of the one account there is."""
    vault, now = Vault(office.keys), office.timer.stamp()
    with office.database.write() as session:
        account = session.query(Account).one()
        second_factor.begin(session, account, vault=vault, ids=RandomIds(), now=now)
        totp = pyotp.TOTP(second_factor.begun(session, account.id, vault=vault))
        codes = second_factor.confirm(
            session,
            account.id,
            totp.at(now),
            vault=vault,
            ids=RandomIds(),
            now=now,
        )
    return totp, codes

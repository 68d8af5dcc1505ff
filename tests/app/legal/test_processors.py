"""Whoever gets data is found by the settings' names, also what is set up later."""

import pytest
from pydantic import BaseModel

from app.legal.processors import Abroad, Does, _given, _host, processors
from app.tables import metadata
from app.webhooks.models import Webhook
from core.models import Account
from core.settings import Settings


def found(database, **given):
    metadata.create_all(database.engine)
    with database.read() as session:
        settings = Settings.model_validate(given)
        return {
            one.host: (one.does, one.country, one.abroad)
            for one in processors(session, settings)
        }


def test_an_office_that_uses_nobody_has_none(database):
    assert found(database) == {}


def test_each_service_is_named_by_what_it_does(database):
    told = found(
        database,
        channels={
            "smtp": {"host": "mail.ministere.ma", "password": "x"},
            "sendgrid": {"key": "SG.x", "region": "eu"},
            "outbox": {"folder": "out"},
        },
        bounces={"host": "imap.ministere.ma"},
        web={
            "public_url": "https://presse.ministere.ma",
            "oidc": {"issuer": "https://id.ministere.ma/realm", "client_id": "c"},
        },
        backup={
            "store": {
                "endpoint": "https://s3.example.org",
                "bucket": "presse",
                "key_id": "k",
                "secret": "s",
            }
        },
        uploads={"scanner": "scan.example.org:3310"},
        legal={
            "countries": {
                "ministere.ma": "MA",
                "sendgrid": "IE",
                "s3.example.org": "FR",
            }
        },
    )
    assert told == {
        "mail.ministere.ma": (Does.MAIL, "MA", Abroad.HERE),
        "api.eu.sendgrid.com": (Does.MAIL, "IE", Abroad.ABROAD),
        "imap.ministere.ma": (Does.MAILBOX, "MA", Abroad.HERE),
        "id.ministere.ma": (Does.SIGN_IN, "MA", Abroad.HERE),
        "s3.example.org": (Does.BACKUP, "FR", Abroad.ABROAD),
        "scan.example.org": (Does.OTHER, "", Abroad.UNSAID),
    }


def test_a_machine_of_the_office_is_here_and_another_is_not_guessed(database):
    told = found(
        database,
        database_url="postgresql://parution:secret@db/parution",
        bounces={"host": "10.1.2.3"},
        newsletters={"host": "imap.example.org"},
    )
    assert told == {
        "db": (Does.DATABASE, "MA", Abroad.HERE),
        "10.1.2.3": (Does.MAILBOX, "MA", Abroad.HERE),
        "imap.example.org": (Does.MAILBOX, "", Abroad.UNSAID),
    }


def test_an_address_of_ipv6_is_one_host_and_of_the_office_only_where_it_is(database):
    told = found(
        database,
        channels={"smtp": {"host": "2a01:4f8::1"}},
        bounces={"host": "fd00::7"},
        uploads={"scanner": "[2a01:4f8::5]:3310"},
        legal={"countries": {"2a01:4f8::5": "DE"}},
    )
    assert told == {
        "2a01:4f8::1": (Does.MAIL, "", Abroad.UNSAID),
        "fd00::7": (Does.MAILBOX, "MA", Abroad.HERE),
        "2a01:4f8::5": (Does.OTHER, "DE", Abroad.ABROAD),
    }


def test_programs_that_are_told_what_happens_are_among_them(database, clock):
    metadata.create_all(database.engine)
    with database.write() as session:
        session.add(
            Account(name="a", role="writer", password_hash="", created_at=clock.now())
        )
        session.flush()
        for url, ended in (
            ("https://hooks.example.org/a?token=secret", None),
            ("https://gone.example.org/", clock.now()),
        ):
            session.add(
                Webhook(
                    url=url,
                    secret="s",
                    events=[],
                    made_by=1,
                    made_at=clock.now(),
                    ended_at=ended,
                )
            )
    assert found(database) == {"hooks.example.org": (Does.WEBHOOK, "", Abroad.UNSAID)}


class Telemetry(BaseModel):
    endpoint: str = "https://traces.example.org:4317"
    ping_url: str = "https://ping.example.org/uuid"
    name: str = "https://not-an-address-of-a-service.example.org"


class Later(BaseModel):
    telemetry: Telemetry = Telemetry()


def test_a_service_of_a_later_version_is_found_by_the_name_of_its_setting():
    told = {
        setting: _host(setting, value)
        for setting, value in _given(Later())
        if _host(setting, value)
    }
    assert told == {
        "telemetry.endpoint": "traces.example.org",
        "telemetry.ping_url": "ping.example.org",
    }


@pytest.mark.parametrize("wrong", ["Maroc", "ma", "M1"])
def test_a_country_is_two_letters(wrong):
    with pytest.raises(ValueError, match="two letters"):
        Settings.model_validate({"legal": {"countries": {"smtp": wrong}}})

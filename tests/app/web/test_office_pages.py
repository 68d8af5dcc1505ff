"""The office's page: everybody sees whether it is healthy, an administrator what it is made of."""

from dataclasses import replace
from datetime import timedelta

import pytest
from alembic import command
from screen_makers import an_office, fill, signed_in

from app.migrations import history
from app.pulse import Pulse
from core.errors import Unavailable
from core.jobs import Job
from core.models import JobPulse
from core.settings import load, telling
from core.values import Role
from distributor.models import Delivery


class Names:
    """Name servers that know one domain."""

    def __init__(self, texts):
        self.texts_of = texts

    def texts(self, name):
        if name not in self.texts_of:
            return ()
        if self.texts_of[name] is None:
            raise Unavailable("No answer.")
        return self.texts_of[name]


GOOD = {
    "ministere.gov.ma": ["v=spf1 mx -all"],
    "_dmarc.ministere.gov.ma": ["v=DMARC1; p=reject"],
}
SMTP = {"smtp": {"host": "mail.test", "password": "opensesame"}}


def make_tables(office):
    """Those of this version, without walking through their history."""
    config = history.config()
    with office.database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.stamp(config, "head")


@pytest.fixture
def office(tmp_path, clock, ids):
    with an_office(tmp_path, clock, ids) as opened:
        told = replace(opened, timer=clock)
        make_tables(told)
        fill(told)
        yield told


def test_a_reader_sees_the_health_and_nothing_else(office):
    page = signed_in(office, Role.READER).get("/office").text
    assert "No worker has run its jobs lately" in page
    assert "Start parution serve, or parution worker." in page
    assert "The journal is not sealed yet." in page
    for part in ("Settings in force", "Send a test", 'action="/hold"', "presse@"):
        assert part not in page.split("<main", 1)[1]


def test_a_worker_that_beats_is_seen_and_a_job_that_fails_is_named(office, clock):
    pulse = Pulse(office.database, clock, office.settings.data_dir)

    def fails():
        raise Unavailable("No.")

    def job(name, run):
        return pulse.watched(
            Job(
                name=name,
                every=timedelta(seconds=1),
                run=run,
                next_due=lambda: None,
            )
        )

    job("sending", lambda: 3).run()
    pulse.write()
    reader = signed_in(office, Role.READER)
    assert "All jobs run." in reader.get("/office").text
    with pytest.raises(Unavailable):
        job("polls", fails).run()
    pulse.job().run()
    assert (
        "These jobs fail or stand still: \u2068polls\u2069."
        in reader.get("/office").text
    )
    page = signed_in(office, Role.ADMINISTRATOR).get("/office").text
    assert "Unavailable" in page
    clock.wait(timedelta(minutes=11))
    assert "No worker has run its jobs lately" in reader.get("/office").text
    job("polls", lambda: 0).run()
    pulse.write()
    with office.database.read() as session:
        kept = session.get_one(JobPulse, "polls")
        assert kept.failed_at < kept.ran_at


def test_settings_are_told_with_where_they_come_from_and_secrets_are_masked(
    tmp_path, clock, ids
):
    file = tmp_path / "parution.toml"
    file.write_text('[organisation]\nname = "Ministère"\n', encoding="utf-8")
    key = tmp_path / "key"
    key.write_text("a very secret key", encoding="utf-8")
    given = load(
        path=file,
        environment={
            "PARUTION_DATA_DIR": str(tmp_path),
            "PARUTION_SECRET_KEY_FILE": str(key),
            "PARUTION_CHANNELS__SMTP__HOST": "mail.test",
            "PARUTION_CHANNELS__SMTP__PASSWORD": "opensesame",
            "PARUTION_BOUNCES__PASSWORD": "hunter2",
        },
    )
    assert given.origins["organisation.name"] == str(file)
    with an_office(tmp_path, clock, ids) as opened:
        told = replace(opened, settings=given)
        make_tables(told)
        fill(told)
        page = signed_in(told, Role.ADMINISTRATOR).get("/office").text
    for secret in ("very secret", "opensesame", "hunter2"):
        assert secret not in page
    assert "PARUTION_SECRET_KEY_FILE" in page
    assert "PARUTION_CHANNELS__SMTP__HOST" in page
    assert str(file) in page
    assert "••••••" in page


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "The office&#39;s time zone."),
        ("fr", "Le fuseau horaire du bureau."),
        ("ar", "المنطقة الزمنية للمكتب."),
    ],
)
def test_what_a_setting_is_for_is_said_in_the_readers_language(office, language, said):
    page = signed_in(office, Role.ADMINISTRATOR).get(
        "/office", params={"lang": language}
    )
    assert said in page.text


def test_the_password_of_a_database_is_not_shown():
    given = load(
        environment={"PARUTION_DATABASE_URL": "postgresql://parution:opensesame@db/p"}
    )

    (url,) = [one for one in telling.in_force(given) if one.name == "database_url"]
    assert url.value == "postgresql://parution:***@db/p"


def test_what_stands_in_a_section_of_a_section_is_shown_one_by_one(tmp_path):
    file = tmp_path / "parution.toml"
    file.write_text(
        '[web]\npublic_url = "https://p.example.org"\n'
        '[backup.store]\nendpoint = "https://s3.example.org"\nbucket = "presse"\n'
        'key_id = "k"\n[web.oidc]\nissuer = "https://id.example.org"\n'
        'client_id = "c"\n',
        encoding="utf-8",
    )
    variable = "PARUTION_BACKUP__STORE__SECRET"
    given = load(path=file, environment={variable: "opensesame"})
    told = {one.name: one for one in telling.in_force(given)}
    assert told["backup.store.endpoint"].value == "https://s3.example.org"
    assert told["backup.store.bucket"].origin == str(file)
    secret = told["backup.store.secret"]
    assert (secret.value, secret.origin) == (telling.MASK, variable)
    assert told["web.oidc.issuer"].value == "https://id.example.org"
    assert told["backup.store.region"].origin == ""
    # Nothing is left that only whoever writes Python can read.
    assert not {"backup.store", "web.oidc"} & set(told)
    assert not [one for one in told.values() if "SecretStr(" in one.value]


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (GOOD, "SPF and DMARC are right"),
        ({}, "publishes no SPF record"),
        ({"ministere.gov.ma": None}, "could not be looked up"),
    ],
)
def test_the_senders_domain_is_looked_up_on_a_button(tmp_path, clock, ids, texts, said):
    with an_office(
        tmp_path,
        clock,
        ids,
        channels=SMTP,
        organisation={"name": "Ministère", "from": "presse@ministere.gov.ma"},
    ) as opened:
        told = replace(opened, resolver=Names(texts))
        make_tables(told)
        fill(told)
        boss = signed_in(told, Role.ADMINISTRATOR)
        assert said not in boss.get("/office").text
        assert said in boss.get("/office/sender?channel=smtp").text


def test_a_test_leaves_once_and_its_dispatch_is_shown(office):
    boss = signed_in(office, Role.ADMINISTRATOR)
    typed = {"channel": "outbox", "to": "essai@ministere.test", "key": "k1"}
    first = boss.post("/office/test", data=typed)
    again = boss.post("/office/test", data=typed)
    assert first.status_code == 303
    assert first.headers["location"] == again.headers["location"] == "/dispatches/1"
    with office.database.read() as session:
        assert [one.address for one in session.query(Delivery)] == [typed["to"]]
    assert boss.get("/dispatches/1").status_code == 200


@pytest.mark.parametrize("changed", [{"to": "nobody"}, {"channel": "pigeon"}])
def test_a_test_that_cannot_leave_keeps_what_was_typed(office, changed):
    typed = {"channel": "outbox", "to": "essai@ministere.test", "key": "k1"} | changed
    answer = signed_in(office, Role.ADMINISTRATOR).post("/office/test", data=typed)
    assert answer.status_code == 400
    assert "No test was sent." in answer.text
    assert f'value="{typed["to"]}"' in answer.text


def test_only_an_administrator_asks_outside(office):
    for role in (Role.READER, Role.WRITER, Role.WATCHER, Role.VALIDATOR):
        client = signed_in(office, role)
        assert client.get("/office/sender?channel=smtp").status_code == 403
        typed = {"channel": "outbox", "to": "a@ministere.test", "key": "k"}
        assert client.post("/office/test", data=typed).status_code == 403


def test_the_newest_backup_is_told(tmp_path, clock, ids):
    folder = tmp_path / "backups"
    folder.mkdir()
    with an_office(tmp_path, clock, ids, backup={"folder": str(folder)}) as opened:
        fill(opened)
        reader = signed_in(opened, Role.READER)
        assert "No backup is known here." in reader.get("/office").text
        day = opened.timer.stamp().date()
        (folder / f"parution-{day.isoformat()}.age").write_bytes(b"")
        assert "The newest backup is of" in reader.get("/office").text

"""Case 96: from nothing to a ready office on PostgreSQL, and from one version to the next.

No engine runs where the tests do. The image's own commands are played in the order that the
compose file gives, each in a container's box, with the secrets that the manual's own lines
make, against a real server that wants the password.
"""

import re
import signal
import subprocess
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from alembic.script import ScriptDirectory
from box import COMPOSE, asked
from container_ground import (
    a_box,
    a_volume,
    files,
    plan,
    said,
    server_of,
    until,
)
from image import ROOT, image
from postgres_server import WANTED, postgres_server, programs
from sending_ground import Sink, assert_nobody_lost_or_doubled, until_done
from sqlalchemy import MetaData, insert

from app import sign
from app.migrations import history
from core.clock import SystemTimer
from core.db import open_database
from distributor.models import Contact

RECIPIENTS = 40
GRACE = int(COMPOSE["services"]["worker"]["stop_grace_period"].removesuffix("s"))
HEALTH = {
    name: COMPOSE["services"][name]["healthcheck"]["test"][1:]
    for name in ("web", "worker")
}
pytestmark = [
    pytest.mark.postgres,
    # The image's files are made within the first test that asks for them.
    pytest.mark.timeout(900),
    pytest.mark.skipif(programs() is None, reason=WANTED),
]


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    return files(tmp_path_factory)


@pytest.fixture(scope="module")
def secrets(tmp_path_factory):
    """Made by the lines of docs/operating.md; the server stands elsewhere than in the manual."""
    folder = tmp_path_factory.mktemp("host")
    text = (ROOT / "docs/operating.md").read_text()
    lines = re.search(r"First the secrets:\n\n```sh\n(.*?)```", text, re.DOTALL)[1]
    subprocess.run(["sh", "-e", "-c", lines], cwd=folder, check=True)
    return folder / "secrets"


@pytest.fixture(scope="module")
def server(secrets):
    """A server that wants the password, as the one of the compose file does."""
    password = (secrets / "postgres_password").read_text().strip()
    with postgres_server() as url, Server(url, password) as opened:
        yield opened


class Server:
    def __init__(self, url, password):
        self.port = int(url.rpartition(":")[2])
        self._line = psycopg.connect(
            f"host=127.0.0.1 port={self.port} user=parution dbname=postgres",
            autocommit=True,
        )
        self._line.execute(f"ALTER USER parution PASSWORD '{password}'")
        self._rules = Path(self._line.execute("SHOW hba_file").fetchone()[0])
        self.lets_in("scram-sha-256")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._line.close()

    def lets_in(self, how):
        self._rules.write_text(f"host all all 127.0.0.1/32 {how}\n")
        self._line.execute("SELECT pg_reload_conf()")

    @contextmanager
    def away(self):
        """Nobody is let in, and whoever was in is put out."""
        self.lets_in("reject")
        # The rules are read again by a signal: until then one who was put out comes back.
        until(lambda: "pg_hba.conf rejects" in self.answer())
        self._line.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        try:
            yield
        finally:
            self.lets_in("scram-sha-256")

    def answer(self):
        """What a newcomer without a password is told."""
        with pytest.raises(psycopg.OperationalError) as refused:
            psycopg.connect(
                f"host=127.0.0.1 port={self.port} user=parution dbname=postgres"
            )
        return str(refused.value)

    def database(self, name, secrets):
        """A new one; the secret that leads to it, and its address."""
        self._line.execute(f"CREATE DATABASE {name}")
        url = (secrets / "database_url").read_text().strip()
        url = url.replace("@postgres/parution", f"@127.0.0.1:{self.port}/{name}")
        secret = secrets / f"{name}_url"
        secret.write_text(f"{url}\n")
        secret.chmod(0o444)
        return secret, url


def test_the_manuals_lines_make_secrets_that_only_their_owner_can_reach(secrets):
    assert secrets.stat().st_mode & 0o777 == 0o700
    password = (secrets / "postgres_password").read_text().strip()
    assert len(password) == 32
    assert f":{password}@" in (secrets / "database_url").read_text()


def test_from_nothing_to_ready_and_through_a_database_that_goes_away(
    parts, server, secrets, tmp_path
):
    secret, url = server.database("first", secrets)
    volume, sink = a_volume(tmp_path), Sink()
    post = server_of(sink)
    logs = {name: tmp_path / name for name in ("early", "web", "worker")}

    def box(service, host):
        given = {"database_url": secret}
        return a_box(parts, volume, service, smtp=post, secrets=given, host=host)

    web, worker = box("web", "a1"), box("worker", "b2")
    with web.started(logs["early"]) as early:
        assert early.ended(60) == 1
    assert "Run `parution migrate` once." in logs["early"].read_text()
    migrate = box("migrate", "c3")
    assert "was brought up to date" in said(migrate, *migrate.command[1:])
    assert "is up to date" in said(migrate, *migrate.command[1:])
    port = web.environment["PARUTION_WEB__PORT"]
    assert not healthy(worker, "worker")
    with web.started(logs["web"]) as pages, worker.started(logs["worker"]) as hands:
        until(lambda: asked(port, "/health/ready")[0] == 200, logs["web"])
        assert "office.is-new" in logs["web"].read_text()
        password = (secrets / "postgres_password").read_text().strip()
        for one in (pages, hands):
            assert password.encode() not in one.environment()
        assert healthy(web, "web")
        # Its own first sign comes with its pulse, a minute after its start.
        leave_a_sign(volume, worker.host)
        assert healthy(worker, "worker")
        with server.away():
            # An answer is kept for two seconds.
            until(lambda: not healthy(web, "web"), logs["web"])
            assert not healthy(worker, "worker")
        until(lambda: healthy(web, "web"), logs["web"])
        assert healthy(worker, "worker")
        plan(web, volume, RECIPIENTS)
        database = open_database(url)
        until_done(database, 1)
        _, unsure = assert_nobody_lost_or_doubled(database, sink, recipients=RECIPIENTS)
        database.close()
        for one in (pages, hands):
            one.told(signal.SIGTERM)
            assert one.ended(GRACE) == 0
    post.stop()
    assert not unsure
    assert password not in "".join(log.read_text() for log in logs.values())


def test_an_office_of_the_version_before_is_refused_then_upgraded_with_all_it_has(
    parts, server, secrets, tmp_path
):
    secret, url = server.database("older", secrets)
    people = an_older_office(url)
    volume = a_volume(tmp_path)

    def box(service):
        return a_box(parts, volume, service, secrets={"database_url": secret})

    log = tmp_path / "log"
    with box("worker").started(log) as early:
        assert early.ended(60) == 1
    assert "Stop every worker and run `parution migrate`." in log.read_text()
    migrate, web = box("migrate"), box("web")
    assert "was brought up to date" in said(migrate, *migrate.command[1:])
    with web.started(log) as pages:
        port = web.environment["PARUTION_WEB__PORT"]
        until(lambda: asked(port, "/health/ready")[0] == 200, log)
        assert said(web, "contact", "list", "--json").count("@presse.test") == people
        pages.told(getattr(signal, image().stop_signal))
        assert pages.ended(GRACE) == 0


def healthy(box, service):
    return box.run(*HEALTH[service]).returncode == 0


def leave_a_sign(volume, host):
    """As the worker's pulse does when its jobs ended and could be written down."""
    ours = volume.with_name("ours")
    ours.mkdir()
    sign.leave(ours, SystemTimer().stamp())
    (here,) = (ours / "workers").iterdir()
    (volume / "workers").mkdir(exist_ok=True)
    here.replace(volume / "workers" / host)


def an_older_office(url):
    """Tables of the version before, and people in them; answers how many."""
    database = open_database(url)
    newest = ScriptDirectory.from_config(history.config()).get_revision("head")
    history.upgrade(database, to=newest.down_revision)
    people, now = 25, SystemTimer().stamp()
    with database.engine.begin() as connection:
        tables = MetaData()
        tables.reflect(connection, only=[Contact.__tablename__])
        older = tables.tables[Contact.__tablename__].columns.keys()
        for number in range(people):
            whole = {
                "address": f"p{number}@presse.test",
                "address_key": f"p{number}@presse.test",
                "languages": ["fr"],
                "beats": [],
                "provenance": "test",
                "created_at": now,
                "updated_at": now,
            }
            kept = {name: value for name, value in whole.items() if name in older}
            connection.execute(insert(Contact.__table__).values(kept))
    database.close()
    return people

"""Case 97: no secret stands in what we print, log, show, answer, keep in clear or commit."""

import gzip
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from programs import called_office, program, token_of
from pydantic import ValidationError
from screen_makers import signed_in
from sqlalchemy import text
from typer.testing import CliRunner

from app.backup import keeping, sealed
from app.cli import build
from app.web import make_app
from app.webhooks import keeping as webhooks
from core import accounts, log
from core.errors import OfficeError
from core.ids import RandomIds
from core.journal import acting
from core.journal.actor import PAGE
from core.keys import Purpose
from core.models import Account
from core.settings import Settings, load
from core.settings.kinds import Section

ROOT = Path(__file__).parents[2]
BACKUP_KEY = sealed.new_key().strip()
# Every setting that is secret, each with a value that is found wherever it appears.
SECRETS = {
    "SECRET_KEY": "ring-of-keys-aaaa, ring-of-keys-bbbb",
    "DATABASE_URL": "postgresql://parution:database-pass-cccc@127.0.0.1:1/office",
    "CHANNELS__SMTP__PASSWORD": "smtp-pass-dddd",
    "CHANNELS__SENDGRID__KEY": "SG.provider-key-eeee",
    "BOUNCES__PASSWORD": "bounces-pass-ffff",
    "NEWSLETTERS__PASSWORD": "letters-pass-gggg",
    "BACKUP__KEY": BACKUP_KEY,
    "BACKUP__STORE__SECRET": "store-secret-gggh",
    "WEB__OIDC__CLIENT_SECRET": "directory-secret-hhhh",
    "WEB__METRICS_TOKEN": "figures-token-aaab",
    "TELEMETRY__HEADERS": "authorization=traces-token-aaac",
    "ALERTS__PING_URL": "https://ping.example.org/ping-secret-aaad",
}
WORDS = [
    BACKUP_KEY,
    *re.findall(r"[\w-]+-[a-h]{4}", " ".join(SECRETS.values())),
]
BESIDE = {
    "CHANNELS__SMTP__HOST": "127.0.0.1",
    "CHANNELS__SMTP__USER": "presse",
    "WEB__OIDC__ISSUER": "https://sso.example.org",
    "WEB__OIDC__CLIENT_ID": "parution",
    "WEB__PUBLIC_URL": "https://presse.example.org",
}


def environment(folder, **more):
    told = SECRETS | BESIDE | {"DATA_DIR": str(folder), "CONFIG": ""} | more
    return {f"PARUTION_{name}": value for name, value in told.items()}


def secret_settings(model, above=""):
    """Every setting that its kind calls secret."""
    for name, field in model.model_fields.items():
        if field.annotation and "SecretStr" in repr(field.annotation):
            yield f"{above}{name}".upper()
        elif isinstance(field.annotation, type) and issubclass(
            field.annotation, Section
        ):
            yield from secret_settings(field.annotation, f"{above}{name}__")


def said(given, *words):
    done = CliRunner().invoke(build(), words, env=given)
    trace = "" if done.exception is None else repr(done.exception)
    told = str(done.exception) if isinstance(done.exception, OfficeError) else ""
    return done.output + done.stderr + trace + told


def clean(told):
    return [word for word in WORDS if word in told]


def test_no_setting_that_is_secret_is_left_out_here():
    assert set(secret_settings(Settings)) <= set(SECRETS)


@pytest.mark.parametrize(
    "words",
    [
        "settings",
        "doctor",
        "doctor --json",
        "keys list",
        "backup /nowhere/x.age",
        "verify-backup /nowhere/x.age",
        "healthcheck",
        "user list",
    ],
)
def test_no_command_prints_one_when_it_works_or_fails(tmp_path, words):
    assert clean(said(environment(tmp_path), *words.split())) == []


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_a_secret_that_is_wrong_is_named_and_not_quoted(tmp_path, name):
    """Twice the size of any that is right, with what no value may hold."""
    wrong = f"{SECRETS[name]} \a\n {SECRETS[name]}"
    told = said(environment(tmp_path, **{name: wrong}), "doctor")
    assert clean(told) == []


def test_settings_that_are_dumped_hold_none(tmp_path):
    settings = load(environment=environment(tmp_path))
    assert clean(repr(settings) + str(settings)) == []
    with pytest.raises(ValidationError) as refused:
        Settings.model_validate({"web": {"port": "x"}, "channels": {"smtp": []}})
    assert clean(str(refused.value)) == []


def test_a_process_that_fails_at_start_says_none(tmp_path):
    """As its supervisor sees it: with all it prints, also before the log is set up."""
    given = environment(tmp_path, WEB__PORT="many")
    for changes in ({}, {"PARUTION_WEB__PORT": "0", "PARUTION_LOG_LEVEL": "debug"}):
        done = subprocess.run(
            [sys.executable, "-m", "app.cli", "serve"],
            env={**os.environ, **given, **changes},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode in {1, 2}, done.stderr
        assert "Traceback" not in done.stderr
        assert clean(done.stdout + done.stderr) == []


@pytest.fixture
def office(tmp_path, clock):
    changes = {
        "channels": {"smtp": {"host": "127.0.0.1", "password": "smtp-pass-dddd"}},
        "bounces": {"password": "bounces-pass-ffff"},
        "backup": {"key": BACKUP_KEY},
        "web": {
            "public_url": "https://presse.example.org",
            "oidc": {
                "issuer": "https://sso.example.org",
                "client_id": "parution",
                "client_secret": "directory-secret-hhhh",
            },
        },
    }
    with called_office(tmp_path, clock, RandomIds(), **changes) as opened:
        yield opened


@pytest.fixture
def own(office):
    """Secrets that this office made or was told itself, by what they are."""
    phrase = "une phrase assez longue 42"
    with office.database.write() as session:
        accounts.add(
            session,
            name="samira",
            role="reader",
            password=phrase,
            now=office.clock.now(),
        )
        account = session.query(Account).filter_by(name="administrator").one()
        _, secret = webhooks.add(
            office,
            session,
            url="https://program.test/hook",
            events=["coverage.found"],
            account=account,
        )
    return {
        "password": phrase,
        "webhook": secret,
        "token": token_of(office, "administrator", called="mine"),
        "ring": office.keys[0],
    }


def test_no_page_and_no_answer_shows_one(office, own):
    client = signed_in(office, "administrator")
    paths = (
        "/health/live",
        "/health/ready",
        "/office",
        "/office/webhooks",
        "/account",
        "/account/tokens",
        "/people",
        "/journal",
        "/nothing-here",
        "/dispatches/not-a-number",
    )
    shown = "".join(client.get(path).text for path in paths)
    called = program(office)
    told = "".join(
        called.get(path).text
        for path in ("/webhooks", "/office", "/releases", "/nothing", "/dispatches/x")
    )
    for page in (shown, told):
        assert [word for word in (*WORDS, *own.values()) if word in page] == []


def test_an_error_of_ours_tells_a_visitor_nothing(office, own, capsys):
    log.configure(level="debug")

    def broken(pages):
        from fastapi import APIRouter  # noqa: PLC0415 - the shape of a group of pages

        found = APIRouter()

        @found.get("/broken")
        def page():
            raise RuntimeError(f"not for visitors: {office.settings!r} {office!r}")

        return found

    client = TestClient(
        make_app(office, extra_routers=[broken]), raise_server_exceptions=False
    )
    answer = client.get("/broken")
    assert answer.status_code == 500
    logged = capsys.readouterr().err
    assert "page.failed" in logged
    for page in (answer.text, logged):
        assert [word for word in (*WORDS, *own.values()) if word in page] == []
    assert "not for visitors" not in answer.text


def test_what_lies_on_the_disk_holds_no_password_and_no_token_in_clear(office, own):
    if office.database.engine.dialect.name == "sqlite":
        with office.database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    ring = office.settings.data_dir / "secret_key"
    for file in office.settings.data_dir.rglob("*"):
        if file.is_file() and file != ring:
            content = file.read_bytes()
            kept = [name for name, word in own.items() if word.encode() in content]
            assert kept == [], file
    assert ring.stat().st_mode & 0o077 == 0


def test_a_backup_holds_nothing_in_clear(office, own, tmp_path):
    file = tmp_path / "office.age"
    keeping.back_up(
        office.database,
        file,
        key=sealed.read_key(BACKUP_KEY),
        keys=tuple(office.keys),
        now=office.clock.now(),
    )
    content = file.read_bytes()
    for word in (*own.values(), "administrator", "press.test", '"table"'):
        assert word.encode() not in content
    with pytest.raises(OSError, match="gzip"):
        gzip.decompress(content)


def test_the_journal_tells_of_no_secret(office, own):
    with acting("administrator", via=PAGE), office.database.write() as session:
        webhooks.renew(office, session, 1)
    with office.database.read() as session:
        lines = "\n".join(map(str, session.execute(text("SELECT * FROM journal_line"))))
    assert "webhook:1" in lines
    assert [word for word in own.values() if word in lines] == []


def test_a_signed_link_does_not_tell_its_key(office):
    link = office.links.sign(Purpose.UNSUBSCRIBE, "0" * 32)
    assert office.keys[0] not in link


def test_nothing_that_is_committed_looks_like_a_secret():
    """Keys of others that a scanner would find, and our own kinds of tokens."""
    kinds = re.compile(
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----\n[A-Za-z0-9+/=]{40}"
        r"|\bSG\.[\w-]{22}\.[\w-]{43}"
        r"|\bAKIA[0-9A-Z]{16}\b"
        r"|\bgh[pousr]_[A-Za-z0-9]{36}"
        r"|\bxox[bap]-[\w-]{20}"
        r"|\bAGE-SECRET-KEY-1[0-9A-Z]{50}"
        r"|\bparution_[0-9a-f]{32}\b"
        r"|\bwhsec_[0-9a-f]{32}\b"
    )
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    files = [ROOT / path for path in listed.split("\0") if path]
    found = {
        str(file.relative_to(ROOT)): match[0][:30]
        for file in files
        if file.is_file()
        and (match := kinds.search(file.read_bytes().decode("utf-8", "ignore")))
    }
    assert found == {}
    # The pattern itself works.
    assert kinds.search(f"key: {BACKUP_KEY}")

"""The container files say what we mean: valid, guarded, without a password, and buildable."""

import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from core.settings import load

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = sorted(set(SERVICES) - {"postgres"})
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def _copied():
    for line in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.MULTILINE):
        *paths, _ = line.replace("${LOCK}", "fleet").split()
        yield from paths


def test_the_compose_file_follows_the_specification():
    schema = json.loads((ROOT / "tests/data/compose/compose-spec.json").read_text())
    errors = list(jsonschema.Draft201909Validator(schema).iter_errors(COMPOSE))
    assert [(list(error.path), error.message) for error in errors] == []


def test_a_compose_file_with_a_mistake_is_noticed():
    schema = json.loads((ROOT / "tests/data/compose/compose-spec.json").read_text())
    wrong = {"services": {"parution": {"imagee": "parution"}}}
    assert not jsonschema.Draft201909Validator(schema).is_valid(wrong)


def test_the_dockerfile_passes_its_linter():
    linter = Path(sys.executable).parent / "hadolint"
    done = subprocess.run(
        [linter, "--no-color", "Dockerfile"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("name", OURS)
def test_our_services_are_read_only_and_keep_no_privilege(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert any(mount.startswith("/tmp") for mount in service["tmpfs"])
    assert "privileged" not in service


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_nothing_is_published_beyond_this_machine(name):
    for port in SERVICES[name].get("ports", []):
        assert port.startswith("127.0.0.1:")


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_no_password_is_written_down(name):
    for variable, value in SERVICES[name]["environment"].items():
        if "PASSWORD" in variable or "KEY" in variable or "DATABASE_URL" in variable:
            assert value is None or variable.endswith("_FILE")


def test_only_the_office_on_sqlite_starts_without_a_profile():
    assert [name for name in SERVICES if "profiles" not in SERVICES[name]] == [
        "parution"
    ]


def test_every_service_keeps_its_data_in_a_named_volume():
    for service in SERVICES.values():
        kept = [mount.split(":") for mount in service["volumes"]]
        named = [mount[0] for mount in kept if not mount[0].startswith("./")]
        assert named
        assert set(named) <= set(COMPOSE["volumes"])
        for source, *_, mode in (mount for mount in kept if mount[0][0] == "."):
            assert (ROOT / source).is_file()
            assert mode == "ro"


def test_pages_and_workers_wait_until_the_tables_are_there():
    for name in ("web", "worker"):
        condition = SERVICES[name]["depends_on"]["migrate"]["condition"]
        assert condition == "service_completed_successfully"


@pytest.mark.parametrize("name", OURS)
def test_the_settings_a_container_is_given_exist(name, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("postgresql://parution@postgres/parution\n")
    environment = dict(re.findall(r"(PARUTION_\w+)=(\S+)", DOCKERFILE)) | {
        variable: value
        for variable, value in SERVICES[name]["environment"].items()
        if value is not None
    }
    environment["PARUTION_CONFIG"] = str(ROOT / "config/parution.toml")
    if "PARUTION_DATABASE_URL_FILE" in environment:
        environment["PARUTION_DATABASE_URL_FILE"] = str(secret)
    settings = load(environment=environment)
    assert settings.data_dir == Path("/data")
    assert settings.web.host == "0.0.0.0"  # noqa: S104 - compared, not bound


def test_the_office_in_the_image_is_not_root():
    last = re.findall(r"^USER (.*)$", DOCKERFILE, re.MULTILINE)[-1]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", last)


def test_the_image_says_when_it_is_ready():
    assert 'CMD ["parution", "healthcheck"]' in DOCKERFILE
    assert DOCKERFILE.rstrip().endswith('CMD ["parution", "serve"]')
    assert "VOLUME /data" in DOCKERFILE


def test_the_base_image_can_be_chosen():
    assert re.search(r"^ARG BASE=python:3\.1[123]-slim", DOCKERFILE, re.MULTILINE)
    stages = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert set(stages) == {"${BASE}"}


def test_what_is_installed_in_the_image_is_locked_by_hash():
    installs = re.findall(r"pip install(?:[^\n\\]|\\\n)*", DOCKERFILE)
    assert installs
    for install in installs:
        assert "--require-hashes" in install or "--no-deps" in install


def test_everything_the_image_copies_exists_and_is_let_through():
    let_through = (ROOT / ".dockerignore").read_text().splitlines()
    copied = list(_copied())
    assert copied
    for path in copied:
        assert (ROOT / path).exists(), path
        assert f"!{path.split('/')[0]}" in let_through

"""The container files say what we mean: valid, guarded, without a password, and buildable."""

import json
import re
import subprocess
import sys
import tomllib
from ipaddress import ip_address, ip_network
from pathlib import Path

import jsonschema
import pytest
import yaml

from core.settings import load

ROOT = Path(__file__).parents[2]


def _interpolated(text, given):
    """As the engine does: ${NAME:-what else}."""
    return re.sub(
        r"\$\{(\w+):-([^}]*)\}", lambda one: given.get(one[1]) or one[2], text
    )


ENV = dict(re.findall(r"^(\w+)=(.*)$", (ROOT / ".env").read_text(), re.MULTILINE))
WRITTEN = (ROOT / "docker-compose.yml").read_text()
COMPOSE = yaml.safe_load(_interpolated(WRITTEN, ENV))
SERVICES = COMPOSE["services"]
PROFILES = ("small", "standard", "fleet")
OTHERS = {"postgres", "proxy"}
OURS = sorted(set(SERVICES) - OTHERS)
DOCKERFILE = (ROOT / "Dockerfile").read_text()
# What we add to a service that has no capability else, and why it cannot be without.
CAPABILITIES = {"proxy": ["NET_BIND_SERVICE"]}


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


@pytest.mark.parametrize("profile", PROFILES)
def test_each_profile_follows_the_specification_and_lacks_no_service(profile):
    """An engine drops the services of other profiles, and then wants what is left whole."""
    schema = json.loads((ROOT / "tests/data/compose/compose-spec.json").read_text())
    kept = services_of(profile)
    assert kept
    merged = {key: each for key, each in COMPOSE.items() if not key.startswith("x-")}
    assert jsonschema.Draft201909Validator(schema).is_valid(merged | {"services": kept})
    for name, service in kept.items():
        assert set(service.get("depends_on", ())) <= set(kept), name
        assert set(service.get("networks", ())) <= set(COMPOSE["networks"]), name
        assert set(service.get("secrets", ())) <= set(COMPOSE["secrets"]), name


def services_of(profile):
    return {name: one for name, one in SERVICES.items() if profile in one["profiles"]}


def test_each_service_has_a_profile_so_that_two_offices_never_start_together():
    for name, service in SERVICES.items():
        assert len(service["profiles"]) == 1, name
        assert set(service["profiles"]) <= set(PROFILES)


def test_as_it_comes_the_small_office_starts_which_wants_no_secret():
    assert ENV["COMPOSE_PROFILES"] == "small"
    assert list(services_of("small")) == ["parution"]
    assert "secrets" not in SERVICES["parution"]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_each_service_is_read_only_and_keeps_no_privilege(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service.get("cap_add", []) == CAPABILITIES.get(name, [])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert any(mount.startswith("/tmp") for mount in service["tmpfs"])
    assert "privileged" not in service
    assert not any("docker.sock" in mount for mount in service["volumes"])


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_each_service_has_bounds_and_its_log_too(name):
    service = SERVICES[name]
    assert {"mem_limit", "cpus", "pids_limit"} <= set(service)
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_each_service_that_stays_is_started_again_and_asked_whether_it_is_well(name):
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"][0] == "CMD"


def test_a_worker_is_asked_after_its_own_jobs_and_pages_whether_they_are_ready():
    def asked(name):
        return SERVICES[name]["healthcheck"]["test"][1:]

    assert asked("parution") == asked("web") == ["parution", "healthcheck"]
    assert (
        asked("worker") == ["parution", "healthcheck", "--worker"] == asked("workers")
    )


def test_only_the_proxy_is_reached_from_outside_and_the_small_office_from_here():
    published = {
        name: service["ports"]
        for name, service in SERVICES.items()
        if "ports" in service
    }
    assert published == {
        "parution": ["127.0.0.1:8321:8321"],
        "proxy": ["80:80", "443:443", "443:443/udp"],
    }


def test_the_database_has_no_way_out():
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert SERVICES["postgres"]["networks"] == ["inside"]


def test_the_pages_believe_the_proxy_and_nobody_else_of_where_a_visitor_comes_from():
    (plan,) = COMPOSE["networks"]["front"]["ipam"]["config"]
    proxy = ip_address(SERVICES["proxy"]["networks"]["front"]["ipv4_address"])
    assert SERVICES["web"]["environment"]["PARUTION_WEB__PROXIES"] == str(proxy)
    assert proxy in ip_network(plan["subnet"])
    # Nobody who starts before it is given its address.
    assert proxy not in ip_network(plan["ip_range"])
    assert "front" in SERVICES["web"]["networks"]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_no_password_is_written_down(name):
    for variable in SERVICES[name]["environment"]:
        if "PASSWORD" in variable or "KEY" in variable or "DATABASE_URL" in variable:
            assert variable.endswith("_FILE")


def test_no_secret_can_be_given_as_a_variable():
    assert not [name for name in ENV if re.search("PASSWORD|KEY|URL", name)]
    assert not re.findall(
        r"^  PARUTION_\w*(?:PASSWORD|KEY)(?!_FILE):", WRITTEN, re.MULTILINE
    )
    for secret in COMPOSE["secrets"].values():
        assert secret["file"].startswith("./secrets/")
    assert "/secrets/" in (ROOT / ".gitignore").read_text().splitlines()


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
        assert set(SERVICES[name]["depends_on"]) == {"migrate"}
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
    for variable in environment:
        if variable.endswith("_FILE"):
            environment[variable] = str(secret)
    settings = load(environment=environment)
    assert settings.data_dir == Path("/data")
    assert settings.web.host == "0.0.0.0"  # noqa: S104 - compared, not bound


def test_what_builds_does_not_come_along():
    *_, last = DOCKERFILE.split("\nFROM ")
    assert re.findall(r"^COPY (.*)$", last, re.MULTILINE) == [
        "--from=build /opt/parution /opt/parution"
    ]
    assert "venv --without-pip /opt/parution" in DOCKERFILE


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
    installs = re.findall(r"/pip (?:[^\n\\&]|\\\n)*", DOCKERFILE)
    assert len(installs) == 4
    for install in installs:
        assert "--require-hashes" in install or "--no-deps" in install


def test_everything_the_wheel_is_made_of_is_copied_into_the_image():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    wanted = {
        path.split("/")[0] for path in (*wheel["packages"], *wheel["force-include"])
    }
    assert wanted <= set(_copied())


def test_everything_the_image_copies_exists_and_is_let_through():
    let_through = (ROOT / ".dockerignore").read_text().splitlines()
    copied = list(_copied())
    assert copied
    for path in copied:
        assert (ROOT / path).exists(), path
        assert f"!{path.split('/')[0]}" in let_through

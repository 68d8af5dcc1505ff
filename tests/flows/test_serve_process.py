"""The real `parution serve`, as its own process."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

PARUTION = Path(sys.executable).with_name("parution")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(folder, **more):
    kept = {key: value for key, value in os.environ.items() if "PARUTION" not in key}
    return {
        **kept,
        "PARUTION_DATA_DIR": str(folder / "office"),
        "PARUTION_LANGUAGE": "en",
        "PARUTION_WEB__PORT": str(free_port()),
        "PARUTION_CHANNELS__OUTBOX__FOLDER": str(folder / "outbox"),
        **more,
    }


def parution(given, *words, send=""):
    return subprocess.run(
        [PARUTION, *words],
        env=given,
        input=send,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def get(given, path):
    url = f"http://127.0.0.1:{given['PARUTION_WEB__PORT']}{path}"
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""
    except OSError:
        return 0, ""


def until(condition, *, seconds=45):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s")


@pytest.fixture
def office(tmp_path):
    given = environment(tmp_path)
    release = tmp_path / "note.fr.md"
    release.write_text("# Une note\n\nLe texte de la note.\n", encoding="utf-8")
    people = tmp_path / "people.csv"
    people.write_text(
        "email,name,languages,outlet,provenance\n"
        + "".join(
            f"p{n}@press.test,P {n},fr,Le Quotidien,annuaire\n" for n in range(40)
        ),
        encoding="utf-8",
    )
    for words in (
        [
            "release",
            "import",
            str(release),
            "--number",
            "1/2026",
            "--kind",
            "communique",
        ],
        ["contact", "import", str(people), "--list", "nationale"],
    ):
        done = parution(given, *words)
        assert done.returncode == 0, done.stderr
    return given


def kept(tmp_path):
    return list((tmp_path / "outbox").glob("**/new/*"))


def test_serve_sends_what_is_due_and_ends_when_told(office, tmp_path):
    now = time.strftime("%Y-%m-%dT%H:%M", time.gmtime())
    planned = parution(
        office, "dispatch", "plan", "1", "--list", "nationale", "--at", now,
        "--zone", "UTC", "--channel", "outbox", "--json",
    )  # fmt: skip
    assert planned.returncode == 0, planned.stderr
    with subprocess.Popen([PARUTION, "serve"], env=office) as process:
        try:
            until(lambda: get(office, "/health/ready")[0] == 200)
            until(lambda: len(kept(tmp_path)) == 40)
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
    shown = parution(office, "dispatch", "show", "1", "--json")
    assert '"accepted": 40' in shown.stdout


def test_a_visitor_without_an_account_is_sent_to_sign_in(office):
    with subprocess.Popen([PARUTION, "serve"], env=office) as process:
        try:
            until(lambda: get(office, "/health/ready")[0] == 200)
            status, page = get(office, "/")
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
    assert status == 200
    assert 'type="password"' in page


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ({"PARUTION_APPROVALS": "off"}, "PARUTION_APPROVALS"),
        ({"PARUTION_CHANNELS__FAX__NUMBER": "1"}, "PARUTION_CHANNELS__FAX"),
        ({"PARUTION_WEB__PORT": "many"}, "PARUTION_WEB__PORT"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_sentence(tmp_path, setting, named):
    done = parution(environment(tmp_path, **setting), "serve")
    assert done.returncode == 2
    assert named in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_busy_port_is_named(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = parution(environment(tmp_path, PARUTION_WEB__PORT=port), "serve")
    assert done.returncode == 1
    assert port in done.stderr


def test_serve_needs_no_privilege_and_writes_only_its_data_folder(tmp_path):
    """What the container runs: no capability, no new privileges, one folder to write."""
    given = {**environment(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    bare = ["setpriv", "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs"]
    if os.geteuid() != 0:
        bare = ["setpriv", "--no-new-privs"]
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with subprocess.Popen(
        [*bare, PARUTION, "serve"], env=given, cwd=elsewhere
    ) as process:
        try:
            until(lambda: get(given, "/health/ready")[0] == 200)
            asked = subprocess.run(
                [PARUTION, "healthcheck"], env=given, timeout=60, check=False
            )
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
    assert asked.returncode == 0
    assert list(elsewhere.iterdir()) == []
    assert (tmp_path / "office" / "parution.db").is_file()

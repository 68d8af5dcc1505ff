"""Case 95: the image's own command, as a numbered user on a read-only disk, with limits.

The image's files are made by the Dockerfile's steps; the restrictions are the compose file's.
"""

import json
import re
import signal

import pytest
from box import COMPOSE, asked
from container_ground import (
    a_box,
    a_volume,
    files,
    plan,
    said_together,
    server_of,
    until,
)
from image import image
from pypdf import PdfReader
from sending_ground import PacedSink, assert_nobody_lost_or_doubled, until_done

from core.db import open_database

RECIPIENTS = 300
GRACE = int(COMPOSE["services"]["parution"]["stop_grace_period"].removesuffix("s"))
# Unpacked, without the base image, and not stripped; docs/decisions/0022 says what is in it.
MOST_BYTES = 430_000_000
WRITES = """
import json, os, pathlib, sys
found = {}
for place in sys.argv[1:]:
    try:
        pathlib.Path(place, "written").write_text("")
        found[place] = "written"
    except OSError as error:
        found[place] = error.strerror
print(json.dumps(found))
"""
MANY = """
import threading
wait = threading.Event()
started = 0
try:
    for _ in range(2000):
        threading.Thread(target=wait.wait, daemon=True).start()
        started += 1
except RuntimeError:
    pass
print(started)
"""
GREEDY = "held = [bytes(range(256)) * 4096 for _ in range(3000)]"
# The image's files are made within the first test that asks for them.
pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    return files(tmp_path_factory)


@pytest.fixture(scope="module")
def found(parts, tmp_path_factory):
    """What was seen of an office that starts, sends, is told to end, and starts again."""
    folder = tmp_path_factory.mktemp("boxed")
    volume, log, sink = (
        a_volume(folder),
        folder / "log",
        PacedSink(0.05, stops_after=RECIPIENTS // 4),
    )
    server = server_of(sink)
    try:
        yield _played(parts, volume, log, sink, server) | {"volume": volume}
    finally:
        server.stop()


def _played(parts, volume, log, sink, server):
    box = a_box(parts, volume, "parution", smtp=server)
    port = box.environment["PARUTION_WEB__PORT"]

    def is_ready():
        return asked(port, "/health/ready")[0] == 200

    seen = {"before": box.run(*image().health_command).returncode}
    with box.started(log) as office:
        until(is_ready, log)
        seen |= {
            "status": office.status(),
            "groups": office.groups(),
            "login": asked(port, "/login")[0],
            "well": box.run(*image().health_command).returncode,
        }
        office.told(signal.SIGSTOP)
        seen["stuck"] = box.run(*image().health_command).returncode
        office.told(signal.SIGCONT)
        plan(box, volume, RECIPIENTS)
        assert sink.wait_for(sink.stops_after)
        office.told(getattr(signal, image().stop_signal))
        # So slowly that it is told before all are sent.
        sink.seconds = 0.3
        sink.goes_on.set()
        seen["ended"] = office.ended(GRACE)
        sink.seconds = 0.05
        seen["sent at the end"] = len(sink.names)
    seen["after"] = box.run(*image().health_command).returncode
    again = a_box(parts, volume, "parution", smtp=server, host="77be3f2a")
    port = again.environment["PARUTION_WEB__PORT"]
    with again.started(log) as office:
        until(is_ready, log)
        database = open_database(f"sqlite:///{volume}/parution.db")
        until_done(database, 1)
        _, seen["unsure"] = assert_nobody_lost_or_doubled(
            database, sink, recipients=RECIPIENTS
        )
        database.close()
        office.told(signal.SIGTERM)
        assert office.ended(GRACE) == 0
    return seen


def test_the_office_is_ready_and_its_health_check_tells_the_truth(found):
    assert (found["login"], found["well"]) == (200, 0)
    assert (found["before"], found["stuck"], found["after"]) == (1, 1, 1)


def test_it_is_a_numbered_user_who_holds_no_capability_and_may_win_none(found):
    status = found["status"]
    assert set(status["Uid"].split()) == {str(image().user)}
    assert status["Groups"].split() in ([], [str(image().user)])
    for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert int(status[name], 16) == 0
    assert status["NoNewPrivs"] == "1"


def test_told_to_end_it_finishes_what_is_in_flight_in_the_time_the_compose_file_gives(
    found,
):
    assert found["ended"] == 0
    assert RECIPIENTS // 4 <= found["sent at the end"] < RECIPIENTS


def test_started_again_on_its_volume_it_goes_on_and_nobody_is_lost_doubled_or_in_doubt(
    found,
):
    assert found["unsure"] == set()


def test_nothing_is_written_but_to_its_folder(parts, found):
    """And to a small memory disk, which ends with it."""
    box = a_box(parts, found["volume"], "parution")
    done = box.run("python", "-c", WRITES, "/", "/opt/parution", "/usr", "/etc", "/tmp")
    said_of = json.loads(done.stdout)
    assert said_of.pop("/tmp") == "written"
    assert set(said_of.values()) == {"Read-only file system"}


def test_its_processes_and_threads_are_bounded(parts, found):
    most = COMPOSE["services"]["parution"]["pids_limit"]
    box = a_box(parts, found["volume"], "parution")
    assert 0 < int(box.run("python", "-c", MANY).stdout) <= most


def test_its_memory_is_bounded(parts, found):
    box = a_box(parts, found["volume"], "parution")
    if not found["groups"]:
        pytest.skip("This machine lets nobody count what a group of processes takes.")
    assert box.run("python", "-c", GREEDY).returncode != 0


def test_reports_are_written_with_what_the_image_kept(parts, found):
    """Typesetting, pictures and Arabic want fonts, languages and libraries of others."""
    box = a_box(parts, found["volume"], "parution")
    kinds = ("pdf", "xlsx", "docx", "html", "json")
    words = ["report", "balance", "1", "--layout", "bilingual", "--format"]
    said_together(box, *([*words, kind, "--out", f"balance.{kind}"] for kind in kinds))
    for kind in kinds:
        assert (found["volume"] / f"balance.{kind}").stat().st_size > 1_000
    pages = PdfReader(found["volume"] / "balance.pdf").pages
    text = "".join(page.extract_text() for page in pages)
    assert "Une note" in text
    assert re.search("[\u0600-\u06ff]|[\ufe70-\ufeff]", text)


def test_what_the_image_carries_is_no_more_than_was_agreed(parts):
    size = sum(one.lstat().st_size for one in parts.rglob("*") if one.is_file())
    assert size < MOST_BYTES
    names = {one.name for one in parts.glob("lib/*/site-packages/*")}
    assert not names & {"pip", "setuptools", "hatchling", "botocore", "moto", "pytest"}
    programs = {one.name for one in parts.glob("bin/*")}
    assert {one for one in programs if not one.startswith("python")} == {"parution"}

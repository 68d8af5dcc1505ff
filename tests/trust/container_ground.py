"""The ground of the container's cases: the image's files, volumes, offices at work in boxes."""

import json
import os
import socket
import time

from box import Box, need_boxes
from image import image, installed
from sending_ground import PATIENCE, AnyPort

FRENCH = "# Une note\n\nLe texte de la note, pour tous.\n"
ARABIC = "# مذكرة للصحافة\n\nنص المذكرة للجميع.\n"

# Starting a command costs two seconds of a core; what is not asked about shares one start.
SEVERAL = """
import json, sys
from app.cli import build
for words in json.loads(sys.argv[1]):
    build()(words, standalone_mode=False)
"""


def files(tmp_path_factory):
    need_boxes()
    base = tmp_path_factory.getbasetemp()
    # Of all workers of this run.
    return installed(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base)


def a_volume(folder, name="volume"):
    """As the engine makes it at the first start: like the image's folder, owned by its user."""
    made = folder / name
    made.mkdir(mode=0o750)
    os.chown(made, image().user, image().user)
    return made


def a_box(files, volume, service, *, smtp=None, **more):
    given = {
        "PARUTION_LANGUAGE": "en",
        "PARUTION_WEB__PORT": str(free_port()),
        **more.pop("environment", {}),
    }
    if smtp is not None:
        given |= {
            "PARUTION_CHANNELS__SMTP__HOST": "127.0.0.1",
            "PARUTION_CHANNELS__SMTP__PORT": str(smtp.port),
            "PARUTION_CHANNELS__SMTP__SECURITY": "none",
        }
    return Box(files=files, volume=volume, service=service, environment=given, **more)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def until(condition, log=None):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, log and log.read_text()[-3000:]
        time.sleep(0.1)


def server_of(sink):
    server = AnyPort(sink, hostname="127.0.0.1", port=0)
    server.start()
    return server


def said(box, *words, send=""):
    done = box.run("parution", *words, send=send)
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return done.stdout


def said_together(box, *commands):
    done = box.run("python", "-c", SEVERAL, json.dumps(commands))
    assert done.returncode == 0, (done.stdout, done.stderr)


def given(volume, name, text):
    path = volume / name
    path.write_text(text, encoding="utf-8")
    path.chmod(0o644)
    return f"{image().volume}/{name}"


def plan(box, volume, recipients):
    """A dispatch that is due now, planned by the image's own commands."""
    versions = [
        given(volume, "note.fr.md", FRENCH),
        given(volume, "note.ar.md", ARABIC),
    ]
    people = "".join(
        f"p{number}@press.test,fr,annuaire\n" for number in range(recipients)
    )
    listed = given(volume, "people.csv", f"email,languages,provenance\n{people}")
    number = ["--number", "1/2026", "--kind", "communique"]
    now = time.strftime("%Y-%m-%dT%H:%M", time.gmtime())
    when = ["--at", now, "--zone", "UTC", "--channel", "smtp"]
    said_together(
        box,
        ["release", "import", *versions, *number],
        ["contact", "import", listed, "--list", "tous"],
        ["dispatch", "plan", "1", "--list", "tous", *when],
    )

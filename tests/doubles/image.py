"""What the Dockerfile says, and the files of its image, made here without an engine.

The steps are the Dockerfile's own but for the downloads: what a lock names is taken from the
environment the tests run in, which was installed from a lock with the same hashes.
"""

import fcntl
import json
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Where the image has it.
HOME = "/opt/parution"


@dataclass(frozen=True, kw_only=True)
class Step:
    word: str
    said: str


def steps(text):
    """Each stage as its steps, in the order of the Dockerfile."""
    lines = [one for one in text.splitlines() if not one.lstrip().startswith("#")]
    stages = [[]]
    for said in re.sub(r"\\\n", " ", "\n".join(lines)).splitlines():
        if not said.strip():
            continue
        word, _, rest = said.strip().partition(" ")
        if word == "FROM":
            stages.append([])
        stages[-1].append(Step(word=word, said=" ".join(rest.split())))
    return stages[1:]


@dataclass(frozen=True, kw_only=True)
class Image:
    """What an engine reads from the last stage."""

    command: list[str]
    health_command: list[str]
    stop_signal: str
    user: int
    environment: dict[str, str]
    folder: str
    volume: str
    made_folders: list[str]
    copied: list[str]


def image():
    *_, last = steps((ROOT / "Dockerfile").read_text())

    def the(word):
        (found,) = [step.said for step in last if step.word == word]
        return found

    run = " ".join(step.said for step in last if step.word == "RUN")
    return Image(
        command=json.loads(the("CMD")),
        health_command=json.loads(the("HEALTHCHECK").partition(" CMD ")[2]),
        stop_signal=the("STOPSIGNAL"),
        user=int(the("USER").partition(":")[0]),
        environment=dict(re.findall(r"(\w+)=(\S+)", the("ENV"))),
        folder=the("WORKDIR"),
        volume=the("VOLUME"),
        made_folders=re.findall(r"install --directory [^&]*?(/\S+)(?: |$)", run),
        copied=[step.said for step in last if step.word == "COPY"],
    )


def installed(base):
    """The folder that the image copies, made once for all tests of a run, below *base*."""
    made = base / "image"
    with (base / "image.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (made / "done").exists():
            shutil.rmtree(made, ignore_errors=True)
            _build(made)
            (made / "done").touch()
    return made / "parution"


def _build(made):
    """As the stage `build` does: environment, locked packages, our wheel, slim, compiled.

    Nothing is stripped: what is here are links to the files of the tests' own environment.
    """
    place = made / "parution"
    _run(sys.executable, "-m", "venv", "--without-pip", place)
    (packages,) = place.glob("lib/python3.*/site-packages")
    for name, versions in locked(ROOT / "requirements/fleet.txt").items():
        _take(name, versions, packages)
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", made)
    (wheel,) = made.glob("*.whl")
    with zipfile.ZipFile(wheel) as opened:
        opened.extractall(packages)
    program = place / "bin/parution"
    program.write_text(
        f"#!{HOME}/bin/python\nimport sys\nfrom app.cli import main\nsys.exit(main())\n"
    )
    program.chmod(0o755)
    _run(sys.executable, "-B", "requirements/slim.py", place, PATH="")
    compiled = place / "compiled"
    _run(place / "bin/python", "requirements/compiled.py", PYTHONPYCACHEPREFIX=compiled)
    # It is looked for by where the code will lie.
    (compiled / HOME[1:]).parent.mkdir(parents=True, exist_ok=True)
    (compiled / str(place)[1:]).rename(compiled / HOME[1:])


def _run(*words, **environment):
    """A step of the build, from the folder of the sources."""
    subprocess.run(
        words,
        cwd=ROOT,
        env={key: str(value) for key, value in environment.items()},
        check=True,
        stdout=subprocess.DEVNULL,
    )


def locked(path):
    """The versions a lock names of each package: more than one where Pythons differ."""
    found = {}
    named = re.findall(r"^([\w.-]+)==([\w.]+)", path.read_text(), re.MULTILINE)
    for name, version in named:
        found.setdefault(name, set()).add(version)
    return found


def _take(name, versions, packages):
    try:
        taken = distribution(name)
    except PackageNotFoundError:
        # Of another system, such as colorama.
        return
    assert taken.version in versions, f"{name} {taken.version} is not the locked one"
    for file in taken.files or ():
        if ".." in file.parts or file.suffix == ".pyc":
            continue
        target = packages / file
        target.parent.mkdir(parents=True, exist_ok=True)
        source = taken.locate_file(file)
        try:
            target.hardlink_to(source)
        except OSError:
            # On another disk.
            shutil.copy(source, target)

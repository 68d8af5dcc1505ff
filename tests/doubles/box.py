"""Runs the image's commands as a container does: its own disk, user and limits, on loopback.

Each start has a root of its own, made of the image's folder, of the machine's programs that
stand for the base image, and of what `docker-compose.yml` mounts; nothing of it can be
written but the volume and a small memory disk. The process is a numbered user without any
capability who can win none.
"""

import itertools
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from boxes import need
from image import HOME, ROOT, Image, image

APART = ["unshare", "--mount", "--pid", "--uts", "--fork"]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
# Of the machine, in place of the base image.
BASE = ("/usr", "/bin", "/sbin", "/lib", "/lib64")
OF_ETC = ("fonts", "hosts", "ld.so.cache", "nsswitch.conf", "ssl")
_NUMBERS = itertools.count()
DEVICES = ("null", "zero", "full", "random", "urandom")


def need_boxes():
    need(
        all(map(shutil.which, ("mount", "pivot_root", "setpriv", "unshare"))),
        "Programs are missing: apt install util-linux mount",
    )
    need(os.geteuid() == 0, "Only root can make a container; CI is root.")
    tried = subprocess.run(
        [*APART, "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
        capture_output=True,
        check=False,
    )
    need(tried.returncode == 0, "This machine lets nobody make a disk.")


@dataclass(frozen=True, kw_only=True)
class Box:
    """One service of the compose file, on a volume."""

    files: Path
    volume: Path
    service: str
    # What the compose file or a person adds, and secrets by their name.
    environment: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, Path] = field(default_factory=dict)
    # As an engine names each container anew.
    host: str = "3f2a77be"

    @property
    def image(self) -> Image:
        return image()

    @property
    def command(self):
        return COMPOSE["services"][self.service].get("command", self.image.command)

    def spec(self, words):
        service = COMPOSE["services"][self.service]
        given = {
            name: value
            for name, value in service["environment"].items()
            if value is not None and "${" not in value
        }
        own = self.image.environment
        return {
            "words": words,
            "files": str(self.files),
            "volume": [str(self.volume), self.image.volume],
            "binds": {
                **{
                    f"/run/secrets/{name}": str(self.secrets[name])
                    for name in service.get("secrets", ())
                },
                "/etc/parution/parution.toml": str(ROOT / "config/parution.toml"),
            },
            "memory disks": [mount.split(":") for mount in service["tmpfs"]],
            "user": self.image.user,
            "folder": self.image.folder,
            "host": self.host,
            "group": f"parution-{os.getpid()}-{next(_NUMBERS)}",
            "memory": int(service["mem_limit"].removesuffix("g")) * 1024**3,
            "processes": service["pids_limit"],
            "environment": own
            | {"PATH": own["PATH"].replace("$PATH", "/usr/bin:/bin")}
            | given
            | self.environment,
        }

    @contextmanager
    def _words(self, words):
        spec = self.spec(list(words))
        try:
            yield [*APART, sys.executable, str(Path(__file__)), json.dumps(spec)]
        finally:
            for folder in groups(spec["group"]):
                _taken_away(folder)

    def run(self, *words, send=""):
        """A command beside the others, as `docker compose exec` or `run`."""
        with self._words(words) as whole:
            return subprocess.run(
                whole,
                input=send,
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
            )

    @contextmanager
    def started(self, log):
        """The service, until it ends by itself or the test does."""
        with (
            self._words(self.command) as whole,
            log.open("w") as out,
            subprocess.Popen(whole, stdout=out, stderr=out) as one,
        ):
            running = Running(one)
            try:
                yield running
            finally:
                running.kill()


def _taken_away(folder):
    """Its last process may still be ending."""
    deadline = time.monotonic() + 60
    while folder.is_dir():
        try:
            folder.rmdir()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def groups(name):
    """Where the machine counts for a group of processes: one folder, or one a resource."""
    top = Path("/sys/fs/cgroup")
    if (top / "cgroup.controllers").exists():
        return {top / name: ("memory.max", "pids.max")}
    return {
        top / "memory" / name: ("memory.limit_in_bytes",),
        top / "pids" / name: ("pids.max",),
    }


class Running:
    """A started service: `unshare`, and its child, which is the container's first process."""

    def __init__(self, outside):
        self._outside = outside

    @property
    def pid(self):
        (inside,) = (
            Path(f"/proc/{self._outside.pid}/task/{self._outside.pid}/children")
            .read_text()
            .split()
        )
        return int(inside)

    def kill(self):
        """The first process takes all others of its container along."""
        # It changed its user, and so outlives whoever started it.
        while not self.has_ended():
            with suppress(OSError, ValueError):
                os.kill(self.pid, signal.SIGKILL)
            with suppress(subprocess.TimeoutExpired):
                self._outside.wait(timeout=0.1)

    def told(self, number):
        os.kill(self.pid, number)

    def status(self):
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return dict(line.split(":\t", 1) for line in lines if ":\t" in line)

    def groups(self):
        """Those of ours in which this machine counts it, by their limit."""
        lines = Path(f"/proc/{self.pid}/cgroup").read_text().splitlines()
        return [line for line in lines if "/parution-" in line]

    def environment(self):
        return Path(f"/proc/{self.pid}/environ").read_bytes()

    def ended(self, seconds):
        return self._outside.wait(timeout=seconds)

    def has_ended(self):
        return self._outside.poll() is not None


def asked(port, path):
    try:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{port}{path}", timeout=30
        ) as one:
            return one.status, one.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""
    except OSError:
        return 0, ""


def _mount(*words):
    subprocess.run(["mount", *map(str, words)], check=True)


def _bound(source, target, *, is_writable=False):
    if Path(source).is_dir():
        target.mkdir(parents=True, exist_ok=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    _mount("--rbind", source, target)
    if not is_writable:
        _mount("-o", "remount,bind,ro", target)


def _base(root):
    for name in (*BASE, sys.base_prefix):
        path = Path(name)
        if path.is_symlink():
            (root / name[1:]).symlink_to(path.readlink())
        elif path.is_dir() and not name.startswith("/usr/"):
            _bound(path, root / name[1:])
    for name in OF_ETC:
        if (Path("/etc") / name).exists():
            _bound(Path("/etc") / name, root / "etc" / name)
    for name in DEVICES:
        _bound(f"/dev/{name}", root / "dev" / name, is_writable=True)
    (root / "proc").mkdir()
    _mount("-t", "proc", "proc", root / "proc")


def _enter(spec):
    """Make the root, and stand in it."""
    _mount("--make-rprivate", "/")
    root = Path("/mnt")
    _mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", root)
    _base(root)
    _bound(spec["files"], root / HOME[1:])
    for target, source in spec["binds"].items():
        _bound(source, root / target[1:])
    volume, at = spec["volume"]
    _bound(volume, root / at[1:], is_writable=True)
    for at, options in spec["memory disks"]:
        (root / at[1:]).mkdir()
        _mount("-t", "tmpfs", "-o", options, "tmpfs", root / at[1:])
    _mount("-o", "remount,bind,ro", root)
    subprocess.run(["hostname", spec["host"]], check=True)
    os.chdir(root)
    subprocess.run(["pivot_root", ".", "."], check=True)
    subprocess.run(["umount", "--lazy", "."], check=True)


def _limit(spec):
    """As the engine does, where this machine lets us; the user's own limit holds anyway."""
    limits = {"memory": spec["memory"], "pids": spec["processes"]}
    for folder, files in groups(spec["group"]).items():
        with suppress(OSError):
            folder.mkdir()
            for name in files:
                (folder / name).write_text(str(limits[name.partition(".")[0]]))
            (folder / "cgroup.procs").write_text("0")


def main():
    spec = json.loads(sys.argv[1])
    _limit(spec)
    _enter(spec)
    os.chdir(spec["folder"])
    resource.setrlimit(resource.RLIMIT_NPROC, (spec["processes"],) * 2)
    locked = ["--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"]
    who = [f"--reuid={spec['user']}", f"--regid={spec['user']}", "--clear-groups"]
    os.execve(  # noqa: S606 - no shell
        shutil.which("setpriv"),
        ["setpriv", *who, *locked, "--", *spec["words"]],
        spec["environment"],
    )


if __name__ == "__main__":
    main()

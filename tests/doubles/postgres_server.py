"""A PostgreSQL server of our own, on this machine only, gone afterwards."""

import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path

from boxes import need

_MEMORY = Path("/dev/shm")
_ENOUGH_BYTES = 4 * 1024**3
WANTED = "PostgreSQL's server programs are missing: apt install postgresql"


def programs():
    """The folder of the newest server programs, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def need_programs():
    """Skip the test where no server can be started; CI has one, so there it fails."""
    need(programs() is not None, WANTED)


def memory():
    """A folder in memory where there is enough: a new database is there at once."""
    roomy = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ENOUGH_BYTES
    return _MEMORY if roomy else None


@contextmanager
def postgres_server(*settings, place=None):
    """Serve an address to which a slash and a database's name are added.

    *settings* are the server's, such as "shared_buffers=512MB"; *place* is where it lies,
    on the disk where none is given.
    """
    programs_folder = programs()
    # initdb refuses to work for root. The folder lies where anybody may enter.
    owner = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="parution-postgres-", dir=place))
    if owner:
        shutil.chown(folder, owner)

    def run(program, *arguments):
        subprocess.run(
            [programs_folder / program, "-D", folder / "data", *arguments],
            user=owner,
            cwd=folder,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port = probe.getsockname()[1]
    options = " ".join(
        f"-c {one}"
        for one in (
            "listen_addresses=127.0.0.1",
            f"port={port}",
            "fsync=off",
            "unix_socket_directories=",
            *settings,
        )
    )
    try:
        run("initdb", "-U", "parution", "-A", "trust", "-E", "UTF8", "--no-locale")
        run("pg_ctl", "-w", "-l", folder / "log", "-o", options, "start")
        yield f"postgresql+psycopg://parution@127.0.0.1:{port}"
        run("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)

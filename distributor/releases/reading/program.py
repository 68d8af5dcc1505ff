"""Runs a converter that the machine has: a file in, bounded bytes out, a time-out, no shell."""

import shutil
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from core.wording import worded
from distributor.releases.reading.base import Source

_MOST_OUT: Final = 20_000_000


def run(
    command: Sequence[str],
    source: Source,
    content: bytes,
    *,
    seconds: float,
    get: str,
    ends: Sequence[str] = (),
) -> bytes:
    """Answers what the program prints for a file, whose name follows *command*.

    *get* is how to install it. Raises BadInput when it is not there, takes too long,
    prints too much or fails.
    """
    program = shutil.which(command[0])
    if program is None:
        raise source.refused(
            worded(
                "This machine has no %(program)s, which reads this format.",
                program=command[0],
            ),
            worded(
                "Install it with %(command)s, or save the file as .docx.",
                command=f"`{get}`",
            ),
        )
    with TemporaryDirectory(prefix="parution-") as folder:
        given = Path(folder) / f"release{Path(source.name).suffix.lower()}"
        given.write_bytes(content)
        with (
            subprocess.Popen(  # noqa: S603 - a list of our own words, no shell
                [program, *command[1:], str(given), *ends],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            ) as running
        ):
            timer = threading.Timer(seconds, running.kill)
            timer.start()
            try:
                assert running.stdout is not None
                out = running.stdout.read(_MOST_OUT + 1)
                if len(out) > _MOST_OUT:
                    running.kill()
                status = running.wait()
            finally:
                timer.cancel()
    if status != 0:
        raise source.refused(
            worded(
                "%(program)s could not read the file within %(seconds)s seconds.",
                program=command[0],
                seconds=f"{seconds:g}",
            )
            if status < 0
            else worded("%(program)s could not read the file.", program=command[0]),
            worded("Open it, save it again as .docx, and import that."),
        )
    return out

"""The rehearsal's own folder: emptied at each start, and never anybody else's."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import BadInput, Conflict

_MARKER = ".parution-rehearsal"


@contextmanager
def own_folder(data: Path) -> Iterator[None]:
    """Hold *data*, empty but for our marker.

    Raises BadInput rather than touch what is not a rehearsal, and Conflict rather than empty
    the folder under a rehearsal that is running.
    """
    marker = data / _MARKER
    if data.exists() and not marker.exists() and not _is_empty_folder(data):
        raise BadInput(
            "The folder holds something that is not a rehearsal.",
            to=str(data),
            mend="Name an empty folder with --data.",
        )
    data.mkdir(parents=True, exist_ok=True)
    with marker.open("a") as held:
        try:
            # The system lets go of it when the process ends, however it ends.
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Conflict(
                "A rehearsal is already running in this folder.",
                to=str(data),
                mend="End it first, or name another folder with --data.",
            ) from None
        _clear(data, marker)
        yield


def _is_empty_folder(data: Path) -> bool:
    return data.is_dir() and not any(data.iterdir())


def _clear(data: Path, marker: Path) -> None:
    for path in data.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path != marker:
            path.unlink()

"""Hold: one file that stops everything that is sent, with or without the office's pages.

Any hand that can write a file can stop the sender: `touch HOLD` in the data folder is
enough. What the file says is the reason.
"""

from pathlib import Path
from typing import Final

from core.errors import BadInput, Conflict, Unavailable
from core.wording import worded

NAME: Final = "HOLD"
_UNSAID: Final = "Everything is on hold."
_MOST: Final = 500


def on_hold(data_dir: Path) -> str | None:
    """Why nothing may leave now; None when sending may go on.

    A file that is there and cannot be read holds as well: somebody wanted a stop.
    """
    try:
        said = (data_dir / NAME).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None
    except OSError:
        return _UNSAID
    return said[:_MOST].strip() or _UNSAID


def hold_all(data_dir: Path, *, because: str) -> str:
    """Let nothing more leave, from the next group of messages on."""
    reason = because.strip()
    if not reason:
        raise BadInput(
            worded("Everything is held for a reason, and none was given."),
            to="because",
            mend=worded('Say it, like --because "The minister asked us to wait."'),
        )
    try:
        # On a shared database nothing may have been kept in it yet.
        data_dir.mkdir(parents=True, exist_ok=True)
        (data_dir / NAME).write_text(f"{reason}\n", encoding="utf-8")
    except OSError as error:
        raise Unavailable(
            worded(
                "The file that holds everything cannot be written: %(strerror)s.",
                strerror=error.strerror,
            ),
            to=str(data_dir / NAME),
            mend=worded("Make that file by hand, or stop the service."),
        ) from error
    return reason


def release_all(data_dir: Path) -> None:
    """Let sending go on. Raises Conflict when nothing is held."""
    try:
        (data_dir / NAME).unlink()
    except FileNotFoundError:
        raise Conflict(
            worded("Nothing is on hold."),
            to=str(data_dir / NAME),
            mend=worded(
                "See `parution dispatch list` for dispatches that are held or paused."
            ),
        ) from None

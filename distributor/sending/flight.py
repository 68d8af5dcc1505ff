"""The flight log: what a process was about to write, began, and heard, kept through its death.

A process that is killed leaves a whole group `sending`, of which it had written a few. Its
log tells them apart: what it never began waits again, what was answered has its answer, and
only what was in the air stays in doubt. Lines reach the operating system before the message
does, so that a kill loses none; after a power cut the log is of another boot and says
nothing, and all of the group is `unsure` as before (S3).
"""

import fcntl
import json
import mmap
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from distributor.channels.base import Outcome, Verdict
from distributor.sending.entries import Claim, Done, Intent

_FOLDER: Final = "flight"
_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")
# By so many bytes a log grows.
_STEP: Final = 1 << 18
_NEVER_LEFT: Final = "Its sender ended before this was written."


class FlightLog:
    """One connection's log. Without a handle it keeps nothing.

    It is written through a mapping, which the operating system keeps like a file's bytes
    but which lets no other thread in, as each call would: that cost 50 us of a message's
    400. For the same reason an answer is written together with the next beginning.
    """

    def __init__(self, handle: int | None = None) -> None:
        self._handle = handle
        self._heard: list[bytes] = []
        self._map: mmap.mmap | None = None
        self._at = 0

    def close(self) -> None:
        if self._map is not None:
            self._map.close()

    def will_send(self, claims: Sequence[Claim], *, now: datetime) -> None:
        """Before the intents are committed: what is not begun after this never left."""
        self._write([_line("will", *_row(claim, now)) for claim in claims])

    def begun(self, *tokens: str) -> None:
        self._write([*self._heard, *(_line("begun", token) for token in tokens)])
        self._heard.clear()

    def heard(self, token: str, outcome: Outcome) -> None:
        said = (token, outcome.verdict, outcome.answer, outcome.reference)
        self._heard.append(_line("heard", *said))

    def flush(self) -> None:
        """Nothing follows for a while: what was heard is written now."""
        self._write(self._heard)
        self._heard.clear()

    def _write(self, lines: Sequence[bytes]) -> None:
        if self._handle is None or not lines:
            return
        data = b"".join(lines)
        end = self._at + len(data)
        mapped = self._room(self._handle, end)
        mapped[self._at : end] = data
        self._at = end

    def _room(self, handle: int, end: int) -> mmap.mmap:
        """The mapping, up to *end* at least. Raises OSError when the disk is full."""
        if self._map is not None and end <= len(self._map):
            return self._map
        size = (end // _STEP + 1) * _STEP
        # Taken from the disk before it is written: a mapping over a hole of a full disk
        # would end the process at the first byte.
        os.posix_fallocate(handle, 0, size)
        if self._map is not None:
            self._map.resize(size)
        else:
            self._map = mmap.mmap(handle, size)
        return self._map


@contextmanager
def logged(data_dir: Path, name: str) -> Iterator[FlightLog]:
    """A log as long as its connection lives; after an error it is left for `orphans`."""
    boot = _boot()
    if not boot or not data_dir.is_dir():
        yield FlightLog()
        return
    folder = data_dir / _FOLDER
    folder.mkdir(exist_ok=True)
    aside, path = folder / f".{name}", folder / f"{boot}.{name}"
    handle = os.open(aside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    log = FlightLog(handle)
    try:
        # Its lock lasts as long as its process; it gets its name when it is locked, so
        # that nobody takes it for an orphan before.
        fcntl.flock(handle, fcntl.LOCK_EX)
        aside.rename(path)
        yield log
        path.unlink(missing_ok=True)
    finally:
        log.close()
        os.close(handle)


def orphans(data_dir: Path) -> Iterator[tuple[Path, Sequence[Done]]]:
    """The logs of processes that ended before they closed them, and what they prove.

    The caller writes it into the ledger and deletes the log; to do so twice does no harm.
    """
    boot = _boot()
    for path in sorted((data_dir / _FOLDER).glob("[!.]*")):
        try:
            file = path.open("rb")
        except FileNotFoundError:
            continue  # its process closed it just now
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue  # its process lives
            # Of another boot: the cut that ended it may have lost its last lines.
            is_ours = path.name.startswith(f"{boot}.")
            yield path, proven(file.read()) if is_ours else ()


def proven(log: bytes) -> Sequence[Done]:
    """What a log says for certain; what was begun and not heard is left out.

    A last line that broke off was written before anything it tells of began; room that
    was not used follows it. One that is broken anywhere else makes all of it worthless.
    """
    *lines, _ = log.split(b"\n")
    intents: dict[str, Intent] = {}
    heard: dict[str, Outcome | None] = {}
    try:
        for line in lines:
            what, *row = json.loads(line)
            if what == "will":
                intent = _intent(row)
                intents[intent.claim.token] = intent
                heard.pop(intent.claim.token, None)
            else:
                heard[row[0]] = _outcome(row) if what == "heard" else None
    except (ValueError, TypeError, LookupError):
        return ()
    never_left = Outcome(verdict=Verdict.BACK, answer=_NEVER_LEFT)
    outcomes = {token: heard.get(token, never_left) for token in intents}
    return [
        Done(intent=intents[token], outcome=outcome)
        for token, outcome in outcomes.items()
        if outcome is not None
    ]


def _boot() -> str:
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _line(*words: object) -> bytes:
    return json.dumps(words).encode() + b"\n"


def _row(claim: Claim, now: datetime) -> list[object]:
    return [
        claim.token,
        claim.delivery_id,
        claim.dispatch_id,
        claim.lease,
        claim.channel,
        claim.attempts + 1,
        claim.deadline_at.isoformat(),
        now.isoformat(),
    ]


def _intent(row: Sequence[Any]) -> Intent:
    token, delivery_id, dispatch_id, lease, channel, number, deadline, began = row
    began_at = datetime.fromisoformat(began)
    claim = Claim(
        delivery_id=delivery_id,
        dispatch_id=dispatch_id,
        # Whom it went to is in the ledger; a log names nobody.
        address="",
        address_key="",
        name="",
        language="",
        token=token,
        channel=channel,
        lease=lease,
        attempts=number - 1,
        deadline_at=datetime.fromisoformat(deadline),
        send_at=None,
    )
    return Intent(claim=claim, number=number, began_at=began_at, until=began_at)


def _outcome(row: Sequence[Any]) -> Outcome:
    _, verdict, answer, reference = row
    return Outcome(verdict=Verdict(verdict), answer=answer, reference=reference)

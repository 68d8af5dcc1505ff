"""Channel outbox: writes each message into a Maildir folder. For trials and as an example."""

import mailbox
import os
import threading
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from core.clock import Timer
from core.wording import worded
from distributor.channels.base import ChannelFault, Message, Outcome, Sent, Verdict


class OutboxOptions(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: Path = Field(
        description="The Maildir the messages are written to; made when absent."
    )


class Channel:
    name: ClassVar[str] = "outbox"
    Options: ClassVar[type[BaseModel]] = OutboxOptions
    wants_parts: ClassVar[bool] = False
    depth = 1
    signs = False

    def __init__(self, options: OutboxOptions, *, timer: Timer | None = None) -> None:
        del timer
        self._folder = options.folder
        # mailbox counts its file names in a variable of the class, without a lock.
        self._lock = threading.Lock()

    def connect(self) -> "Connection":
        try:
            _make(self._folder)
            opened = mailbox.Maildir(self._folder, create=False)
        except OSError as error:
            raise ChannelFault(
                worded(
                    "The outbox folder cannot be used: %(error)s.", error=error.strerror
                ),
                again_after=None,
            ) from error
        return Connection(opened, self._folder, self._lock)


def _make(folder: Path) -> None:
    """Ours and not mailbox's, which looks first and then makes: another connection comes between."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    for part in ("", "tmp", "new", "cur"):
        (folder / part).mkdir(mode=0o700, exist_ok=True)


class Connection:
    def __init__(
        self, maildir: mailbox.Maildir, folder: Path, lock: threading.Lock
    ) -> None:
        self._maildir = maildir
        self._folder = folder
        self._lock = lock

    def send(self, messages: Sequence[Message]) -> Sent:
        outcomes: list[Outcome] = []
        for message in messages:
            try:
                outcomes.append(self._send(message))
            except OSError as error:
                # A full disk is the channel's own trouble and passes.
                fault = ChannelFault(
                    worded(
                        "The outbox folder cannot be written: %(error)s.",
                        error=error.strerror,
                    ),
                    again_after=timedelta(minutes=5),
                )
                back = Outcome(verdict=Verdict.BACK, answer=fault.reason)
                return Sent(
                    outcomes=outcomes + [back] * (len(messages) - len(outcomes)),
                    fault=fault,
                )
        return Sent(outcomes=outcomes)

    def close(self) -> None:
        self._maildir.close()

    def _send(self, message: Message) -> Outcome:
        with self._lock:
            key = self._maildir.add(message.content)
        # mailbox syncs the file; its name is only safe once the folder is synced too.
        folder = os.open(self._folder / "new", os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return Outcome(verdict=Verdict.ACCEPTED, answer=f"kept as {key}", reference=key)

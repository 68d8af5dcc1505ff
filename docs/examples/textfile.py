"""Channel textfile: writes each mail's words into a folder, one text file a recipient.

A worked example: see docs/extending.md. As distributor/channels/textfile.py it is a channel.
"""

import os
from collections.abc import Sequence
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import ClassVar, Final

from pydantic import BaseModel, ConfigDict, Field

from core.clock import Timer
from distributor.channels.base import ChannelFault, Message, Outcome, Sent, Verdict

_AGAIN_AFTER: Final = timedelta(minutes=5)


class TextfileOptions(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: Path = Field(description="The folder of the text files; made when absent.")


class Channel:
    name: ClassVar[str] = "textfile"
    Options: ClassVar[type[BaseModel]] = TextfileOptions
    # It takes whole mails and builds none itself.
    wants_parts: ClassVar[bool] = False
    # One message a call: a cut line leaves one in doubt, and a file is never in doubt.
    depth = 1
    signs = False

    def __init__(self, options: TextfileOptions, *, timer: Timer | None = None) -> None:
        del timer  # it keeps no pace
        self._folder = options.folder

    def connect(self) -> "Connection":
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            # A person must act first: nothing is tried again by itself.
            raise ChannelFault(
                f"The folder of text files cannot be used: {error.strerror}.",
                again_after=None,
            ) from error
        return Connection(self._folder)


class Connection:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, messages: Sequence[Message]) -> Sent:
        """One outcome for each message; what a full disk kept back waits, unblamed."""
        outcomes: list[Outcome] = []
        for message in messages:
            try:
                outcomes.append(self._write(message))
            except OSError as error:
                fault = ChannelFault(
                    f"The folder of text files cannot be written: {error.strerror}.",
                    again_after=_AGAIN_AFTER,
                )
                back = Outcome(verdict=Verdict.BACK, answer=fault.reason)
                kept_back = [back] * (len(messages) - len(outcomes))
                return Sent(outcomes=outcomes + kept_back, fault=fault)
        return Sent(outcomes=outcomes)

    def close(self) -> None:
        """Nothing is held open between two messages."""

    def _write(self, message: Message) -> Outcome:
        # The token names the delivery for good: written again, it is the same file.
        path = self._folder / f"{message.token}.txt"
        unfinished = path.with_suffix(".part")
        with unfinished.open("wb") as file:
            file.write(_words(message).encode())
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
        _keep_name(self._folder)
        return Outcome(
            verdict=Verdict.ACCEPTED,
            answer=f"written to {path.name}",
            reference=path.name,
        )


def _words(message: Message) -> str:
    mail = message_from_bytes(message.content, policy=policy.default)
    plain = mail.get_body(("plain",))
    text = plain.get_content() if plain is not None else ""
    return f"To: {message.recipient}\nSubject: {mail['Subject']}\n\n{text}"


def _keep_name(folder: Path) -> None:
    """A file's name is only safe once its folder is synced too."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)

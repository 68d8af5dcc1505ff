"""A real mail server on 127.0.0.1 that keeps what journalists would have received."""

import email.policy
import socket
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

from aiosmtpd.controller import Controller

from core.clock import Clock

_MOST_KEPT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMail:
    number: int
    at: datetime
    recipient: str
    mail: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.mail["Subject"])

    def part(self, kind: str) -> str:
        """The text or html part as it was written."""
        body = self.mail.get_body((kind,))
        return "" if body is None else str(body.get_content())


class Mailroom:
    """aiosmtpd's handler: accepts everything and keeps the newest."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: deque[KeptMail] = deque(maxlen=_MOST_KEPT)
        self._count = 0
        self._guard = threading.Lock()

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        del server, session
        mail = BytesParser(policy=email.policy.default).parsebytes(envelope.content)
        with self._guard:
            for recipient in envelope.rcpt_tos:
                self._count += 1
                self._kept.appendleft(
                    KeptMail(
                        number=self._count,
                        at=self._clock.now(),
                        recipient=recipient,
                        mail=mail,
                    )
                )
        return "250 Kept for the rehearsal"

    def mails(self) -> Sequence[KeptMail]:
        """Newest first."""
        with self._guard:
            return list(self._kept)

    def mail(self, number: int) -> KeptMail | None:
        return next((one for one in self.mails() if one.number == number), None)


@contextmanager
def receiving(mailroom: Mailroom) -> Iterator[int]:
    """Receive on a free port, which is given."""
    # aiosmtpd connects to its own port to see that it started, so it needs a real one.
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    controller = Controller(mailroom, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()

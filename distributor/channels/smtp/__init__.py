"""Channel smtp: hands each message to a mail server in a real SMTP conversation.

options -> pool of lines (opening) -> connection (mail, pace) -> conversation -> answers
"""

from typing import ClassVar

from core.clock import SystemTimer, Timer
from distributor.channels.smtp import dkim, smime
from distributor.channels.smtp.connection import Connection
from distributor.channels.smtp.conversation import Conversation
from distributor.channels.smtp.mail import Sealing
from distributor.channels.smtp.opening import Opener
from distributor.channels.smtp.options import SmtpOptions
from distributor.channels.smtp.pace import Pace
from distributor.channels.smtp.pool import Pool

# Of the time-out: a call hands over no more than leaves at the channel's pace in it.
_SHARE = 8


class Channel:
    name: ClassVar[str] = "smtp"
    Options: ClassVar[type[SmtpOptions]] = SmtpOptions
    wants_parts: ClassVar[bool] = False

    def __init__(self, options: SmtpOptions, *, timer: Timer | None = None) -> None:
        self._timer = timer or SystemTimer()
        self._timeout = options.timeout
        self.depth = options.pipeline
        if options.per_second:
            at_once = int(options.per_second * options.timeout / _SHARE)
            self.depth = max(1, min(options.pipeline, at_once))
        self.signs = options.dkim_key is not None
        self._seals = _seals(options)
        self._pace = Pace(
            per_second=options.per_second,
            per_domain_per_second=options.per_domain_per_second,
            timer=self._timer,
        )
        opener = Opener(options, timer=self._timer)

        def opening() -> Conversation:
            line, offers = opener.open()
            return Conversation(line, offers, most=options.max_messages_per_connection)

        self._pool = Pool(opening, timer=self._timer)

    def connect(self) -> Connection:
        return Connection(
            self._pool,
            seals=self._seals,
            pace=self._pace,
            timer=self._timer,
            timeout=self._timeout,
        )


def _seals(options: SmtpOptions) -> tuple[Sealing, ...]:
    """S/MIME first: DKIM covers what it makes."""
    seals: list[Sealing] = []
    if options.smime_certificate is not None and options.smime_key is not None:
        seals.append(
            smime.Signer.read(options.smime_certificate, options.smime_key).sign
        )
    if options.dkim_key is not None:
        key = dkim.read_key(options.dkim_key)
        signer = dkim.Signer(
            domain=options.dkim_domain, selector=options.dkim_selector, key=key
        )
        seals.append(signer.sign)
    return tuple(seals)

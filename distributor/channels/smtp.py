"""Channel smtp: hands each message to a mail server in a real SMTP conversation.

What goes wrong is told apart by its stage, because the stage decides who suffers and
whether the message may have been accepted:

connect, banner, EHLO, STARTTLS, AUTH   the channel
MAIL   the channel                               RCPT   4yz later, 5yz refused
DATA   4yz later, 5yz refused                    body   cut off before its end: later
final dot sent, answer lost: unsure              421 before an answer: the channel, soon
"""

import smtplib
import ssl
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from core.clock import Timer
from distributor.channels.base import ChannelFault, Message, Outcome, Sent, Verdict

_SOON = timedelta(minutes=1)
_LATER = timedelta(minutes=5)
_STARTED = 354
_CLOSING = 421
_AUTH_NEEDED = {530, 535}
_LOST = (smtplib.SMTPServerDisconnected, OSError)


class SmtpOptions(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field(description="The mail server's name or address.")
    port: int = Field(587, ge=1, le=65535, description="Its submission port.")
    security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the line is protected; never less than said here."
    )
    user: str = Field("", description="The name to sign in with; empty signs in not.")
    password: SecretStr = Field(SecretStr(""), description="Its password.")
    timeout: float = Field(
        30, gt=0, description="How many seconds each answer may take."
    )
    certificates: Path | None = Field(
        None, description="Certificates to trust besides the system's, as a PEM file."
    )

    @model_validator(mode="after")
    def _no_open_password(self) -> Self:
        if self.user and self.security == "none":
            raise ValueError("a password is never sent over an open line")
        return self


class Channel:
    name: ClassVar[str] = "smtp"
    Options: ClassVar[type[BaseModel]] = SmtpOptions
    wants_parts: ClassVar[bool] = False
    depth = 1
    signs = False

    def __init__(self, options: SmtpOptions, *, timer: Timer | None = None) -> None:
        del timer
        self._options = options

    def connect(self) -> "Connection":
        connection = Connection(self._options)
        connection.open()
        return connection


class Connection:
    """One line to the server; opened again by itself when the server hangs up between messages."""

    def __init__(self, options: SmtpOptions) -> None:
        self._options = options
        self._line: smtplib.SMTP | None = None
        # Whether this very line has carried a message: then hanging up is the server's habit.
        self._used = False

    def open(self) -> None:
        """Raises ChannelFault."""
        self._drop()
        try:
            line = self._greet()
            self._line = line
            self._sign_in(line)
        except ChannelFault:
            self._drop()
            raise
        except smtplib.SMTPException as error:
            self._drop()
            raise _fault(
                "The mail server did not answer as it should", error
            ) from error
        except OSError as error:
            self._drop()
            raise ChannelFault(
                f"The mail server {self._options.host}:{self._options.port} "
                f"cannot be reached: {error}.",
                again_after=_SOON,
            ) from error
        self._used = False

    def send(self, messages: Sequence[Message]) -> Sent:
        outcomes: list[Outcome] = []
        for message in messages:
            try:
                outcomes.append(self._send(message))
            except ChannelFault as fault:
                back = Outcome(verdict=Verdict.BACK, answer=fault.reason)
                return Sent(
                    outcomes=outcomes + [back] * (len(messages) - len(outcomes)),
                    fault=fault,
                )
        return Sent(outcomes=outcomes)

    def close(self) -> None:
        if self._line is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._line.quit()
        self._drop()

    def _greet(self) -> smtplib.SMTP:
        """Dial, read the banner and, where it is asked for, protect the line."""
        options = self._options
        if options.security == "tls":
            secure: smtplib.SMTP = smtplib.SMTP_SSL(
                timeout=options.timeout, context=_context(options)
            )
            # smtplib checks the certificate against the host it was made with.
            secure._host = options.host  # type: ignore[attr-defined]  # noqa: SLF001
            return self._dial(secure)
        line = self._dial(smtplib.SMTP(timeout=options.timeout))
        if options.security == "starttls":
            self._protect(line)
        return line

    def _dial(self, line: smtplib.SMTP) -> smtplib.SMTP:
        code, answer = line.connect(self._options.host, self._options.port)
        if code != 220:  # noqa: PLR2004 - the one greeting there is
            line.close()
            raise ChannelFault(
                f"The mail server turned us away: {_words(code, answer)}.",
                again_after=_LATER if code < 500 else None,  # noqa: PLR2004
            )
        return line

    def _protect(self, line: smtplib.SMTP) -> None:
        """Turn the open line into a protected one, or hang up. Never goes on in clear."""
        protected = False
        refusal = ""
        try:
            line.ehlo_or_helo_if_needed()
            if line.has_extn("starttls"):
                # Raises SMTPResponseException for any answer but 220.
                line.starttls(context=_context(self._options))
                protected = True
            else:
                refusal = "The mail server does not offer STARTTLS, and these settings ask for it."
        except ssl.SSLError as error:
            refusal = f"The line cannot be protected: {error.reason}."
        finally:
            if not protected:
                line.close()
        if refusal:
            raise ChannelFault(refusal, again_after=None)

    def _sign_in(self, line: smtplib.SMTP) -> None:
        line.ehlo_or_helo_if_needed()
        if not self._options.user:
            return
        try:
            line.login(self._options.user, self._options.password.get_secret_value())
        except smtplib.SMTPNotSupportedError as error:
            raise ChannelFault(
                f"The mail server takes no sign-in: {error}.", again_after=None
            ) from error

    def _send(self, message: Message) -> Outcome:
        line = self._mail_from(message)
        code, answer = self._say(line, f"RCPT TO:<{message.recipient}>")
        if code not in {250, 251}:
            return self._not_taken(line, code, answer)
        code, answer = self._say(line, "DATA")
        if code != _STARTED:
            return self._not_taken(line, code, answer)
        return self._body(line, message)

    def _mail_from(self, message: Message) -> smtplib.SMTP:
        """A line on which MAIL was taken. A used line that went dead is opened again once."""
        line = self._opened()
        if self._used:
            try:
                code, answer = line.docmd(f"MAIL FROM:<{message.sender}>")
            except _LOST:
                self.open()
                line = self._opened()
                code, answer = self._say(line, f"MAIL FROM:<{message.sender}>")
        else:
            code, answer = self._say(line, f"MAIL FROM:<{message.sender}>")
        if code == 250:  # noqa: PLR2004
            self._used = True
            return line
        self._drop()
        raise ChannelFault(
            f"The mail server refused the sender: {_words(code, answer)}.",
            again_after=_again(code),
        )

    def _opened(self) -> smtplib.SMTP:
        if self._line is None:
            self.open()
        if self._line is None:
            raise ChannelFault("The mail server is not connected.", again_after=_SOON)
        return self._line

    def _say(self, line: smtplib.SMTP, command: str) -> tuple[int, bytes]:
        """One command before the body; a lost line here is certainly not accepted."""
        try:
            code, answer = line.docmd(command)
        except _LOST as error:
            self._drop()
            raise ChannelFault(
                f"The mail server hung up: {error}.", again_after=_SOON
            ) from error
        if code == _CLOSING or code in _AUTH_NEEDED:
            self._drop()
            raise ChannelFault(
                f"The mail server said: {_words(code, answer)}.",
                again_after=_again(code),
            )
        return code, answer

    def _body(self, line: smtplib.SMTP, message: Message) -> Outcome:
        try:
            line.send(_dotted(message.content))
        except _LOST as error:
            # The final dot is the last thing written, so the server cannot have seen it.
            self._drop()
            return Outcome(
                verdict=Verdict.LATER, answer=f"The line broke in the text: {error}"
            )
        try:
            code, answer = line.getreply()
        except (*_LOST, smtplib.SMTPException) as error:
            self._drop()
            return Outcome(
                verdict=Verdict.UNSURE,
                answer=f"The line broke after the text was sent: {error}",
            )
        if code == _CLOSING:
            self._drop()
            raise ChannelFault(
                f"The mail server said: {_words(code, answer)}.", again_after=_SOON
            )
        if 200 <= code < 300:  # noqa: PLR2004
            return Outcome(verdict=Verdict.ACCEPTED, answer=_words(code, answer))
        return self._not_taken(line, code, answer)

    def _not_taken(self, line: smtplib.SMTP, code: int, answer: bytes) -> Outcome:
        """Name what became of a message not accepted; make the line ready for the next."""
        try:
            reset, _ = line.docmd("RSET")
        except _LOST:
            reset = 0
        if reset != 250:  # noqa: PLR2004
            self._drop()
        permanent = 500 <= code < 600  # noqa: PLR2004
        return Outcome(
            verdict=Verdict.REFUSED if permanent else Verdict.LATER,
            answer=_words(code, answer),
        )

    def _drop(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line = None


def _context(options: SmtpOptions) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if options.certificates is not None:
        context.load_verify_locations(options.certificates)
    return context


def _again(code: int) -> timedelta | None:
    if code == _CLOSING:
        return _SOON
    return _LATER if 400 <= code < 500 else None  # noqa: PLR2004


def _fault(what: str, error: smtplib.SMTPException) -> ChannelFault:
    if isinstance(error, smtplib.SMTPResponseException):
        answer = error.smtp_error
        said = answer if isinstance(answer, bytes) else str(answer).encode()
        return ChannelFault(
            f"{what}: {_words(error.smtp_code, said)}.",
            again_after=_again(error.smtp_code),
        )
    return ChannelFault(f"{what}: {error}.", again_after=_SOON)


def _words(code: int, answer: bytes) -> str:
    """The server's own words on one line, without the signs that could break ours."""
    text = answer.decode("utf-8", "replace")
    return f"{code} " + " ".join(
        "".join(sign if sign.isprintable() else " " for sign in text).split()
    )


def _dotted(content: bytes) -> bytes:
    """The body as it goes over the line: dots doubled, and the final dot."""
    body = content if content.endswith(b"\r\n") else content + b"\r\n"
    if body.startswith(b"."):
        body = b"." + body
    return body.replace(b"\r\n.", b"\r\n..") + b".\r\n"

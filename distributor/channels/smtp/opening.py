"""Opening a line: dial -> greeting -> EHLO -> STARTTLS and EHLO again -> sign in."""

import base64
import ipaddress
import socket
import ssl

from core.clock import Timer
from core.wording import worded
from distributor.channels.base import ChannelFault
from distributor.channels.smtp.answers import SOON, Answer, Stage, fault, is_good
from distributor.channels.smtp.line import Cut, Line
from distributor.channels.smtp.mail import Offers
from distributor.channels.smtp.options import SmtpOptions

_GO_ON = 334


def _tls_context(options: SmtpOptions) -> ssl.SSLContext:
    """What a protected line must be like: a certificate for this host, TLS 1.2 or newer.

    Raises ChannelFault when the certificates to trust cannot be read.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if options.certificates is not None:
        try:
            context.load_verify_locations(options.certificates)
        except OSError as error:
            raise ChannelFault(
                worded(
                    "The certificates in %(file)s cannot be read: %(error)s.",
                    file=str(options.certificates),
                    error=error.strerror or str(error),
                ),
                again_after=None,
            ) from error
    return context


class Opener:
    """Opens lines as the settings ask. Safe to use from many threads."""

    def __init__(self, options: SmtpOptions, *, timer: Timer) -> None:
        self._options = options
        self._timer = timer
        self._context: ssl.SSLContext | None = None

    def open(self) -> tuple[Line, Offers]:
        """A line on which MAIL may be said. Raises ChannelFault."""
        if self._context is None:
            # Made once: reading the certificates to trust takes some milliseconds.
            self._context = _tls_context(self._options)
        line = _dial(self._options, self._timer)
        try:
            return line, _begin(line, self._options, self._context)
        except Cut as cut:
            line.close()
            raise ChannelFault(
                worded(
                    "The line to the mail server broke while it was opened: %(error)s.",
                    error=str(cut),
                ),
                again_after=SOON,
            ) from cut
        except ChannelFault:
            line.close()
            raise


def _dial(options: SmtpOptions, timer: Timer) -> Line:
    address = (options.host, options.port)
    try:
        opened = socket.create_connection(address, timeout=options.timeout)
        # Each write is meant to leave at once: it ends in something we wait for.
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except (OSError, UnicodeError) as error:
        raise ChannelFault(
            worded(
                "The mail server %(host)s cannot be reached: %(error)s.",
                host=f"{options.host}:{options.port}",
                error=str(error),
            ),
            again_after=SOON,
        ) from error
    return Line(opened, timeout=options.timeout, timer=timer, host=options.host)


def _begin(line: Line, options: SmtpOptions, context: ssl.SSLContext) -> Offers:
    if options.security == "tls":
        _protect(line, context)
    _expect(Stage.GREETING, line.read())
    offers = _greet(line, options)
    if options.security == "starttls":
        if "STARTTLS" not in offers.named:
            raise ChannelFault(
                worded(
                    "The mail server does not offer STARTTLS, and these settings ask for it."
                ),
                again_after=None,
            )
        _expect(Stage.STARTTLS, _say(line, "STARTTLS"))
        _protect(line, context)
        # What was offered in clear may have been written by somebody else.
        offers = _greet(line, options)
    if options.user:
        _sign_in(line, options, offers)
    return offers


def _protect(line: Line, context: ssl.SSLContext) -> None:
    """Never goes on in clear, nor with anything that was said in clear."""
    if line.has_more:
        raise ChannelFault(
            worded(
                "Something was slipped in before the line was protected; the way to the mail "
                "server is not safe."
            ),
            again_after=None,
        )
    try:
        line.protect(context)
    except ssl.SSLCertVerificationError as error:
        raise ChannelFault(
            worded(
                "The mail server's certificate is not to be trusted: %(error)s.",
                error=error.verify_message,
            ),
            again_after=None,
        ) from error
    except ssl.SSLError as error:
        raise ChannelFault(
            worded(
                "The line cannot be protected: %(error)s.",
                error=str(error.reason or error),
            ),
            again_after=None,
        ) from error
    except OSError as error:
        raise Cut(error.strerror or str(error)) from error


def _greet(line: Line, options: SmtpOptions) -> Offers:
    answer = _say(line, f"EHLO {options.name or _literal(line.own_address)}")
    _expect(Stage.EHLO, answer)
    return Offers.read(answer.said)


def _sign_in(line: Line, options: SmtpOptions, offers: Offers) -> None:
    if not line.is_protected:
        # The settings refuse it too; this is the last door before the wire.
        raise ChannelFault(
            worded("A password is never sent over an open line."), again_after=None
        )
    user, password = options.user, options.password.get_secret_value()
    ways = offers.named.get("AUTH", "").upper().split()
    if "PLAIN" in ways:
        answer = _say(line, "AUTH PLAIN " + _coded(f"\0{user}\0{password}"))
    elif "LOGIN" in ways:
        answer = _say(line, "AUTH LOGIN")
        for secret in (user, password):
            if answer.code == _GO_ON:
                answer = _say(line, _coded(secret))
    else:
        raise ChannelFault(
            worded(
                "The mail server takes no sign-in that we know (PLAIN, LOGIN). Leave the "
                "user empty or ask its keeper."
            ),
            again_after=None,
        )
    _expect(Stage.AUTH, answer)


def _say(line: Line, command: str) -> Answer:
    line.write(command.encode() + b"\r\n")
    return line.read()


def _expect(stage: Stage, answer: Answer) -> None:
    if not is_good(stage, answer):
        raise fault(stage, answer)


def _coded(secret: str) -> str:
    return base64.b64encode(secret.encode()).decode("ascii")


def _literal(address: str) -> str:
    bare = ipaddress.ip_address(address.partition("%")[0])
    return f"[IPv6:{bare}]" if isinstance(bare, ipaddress.IPv6Address) else f"[{bare}]"

"""Folders of mail that this office reads: an IMAP folder, a Maildir.

A mail is given out first and put away later, by whoever has committed what it says. Cut off
in between it is given out again; nothing is ever deleted before, and nothing is marked by
looking at it.
"""

import contextlib
import imaplib
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from core.errors import BadSetting, Unavailable
from core.settings import PREFIX, MailFolder
from core.wording import Worded, worded

_READ = ":2,S"
_UNREAD = ":2,"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A folder of an IMAP account, and how the line to it is protected."""

    host: str
    port: int = 993
    # tls, starttls or none; never less than said here.
    security: str = "tls"
    user: str = ""
    password: str = field(default="", repr=False)
    folder: str = "INBOX"
    # Where mail goes once it was read; empty marks it as seen.
    done_folder: str = ""
    # Seconds each answer may take.
    timeout: float = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """What the mail is to us: for the sentences that say why it cannot be read."""

    # Such as "returned mail".
    mail: Worded
    # The section of the settings that names the folder.
    section: str
    # A mail is read up to here.
    most_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    content: bytes
    # Puts it away as read.
    done: Callable[[], None]
    # Leaves it unread for a person, and gives it out no more.
    leave: Callable[[], None]


class Box(Protocol):
    def mails(self) -> contextlib.AbstractContextManager[Iterator[Mail]]:
        """What was not given out yet. Raises Unavailable when the box cannot be read."""
        ...


def box_of(settings: MailFolder, purpose: Purpose) -> Box | None:
    """The box of these settings; None when such mail is read nowhere."""
    if settings.maildir:
        return Maildir(Path(settings.maildir), purpose)
    if not settings.host:
        return None
    account = Account(
        host=settings.host,
        port=settings.port,
        security=settings.security,
        user=settings.user,
        password=settings.password.get_secret_value(),
        folder=settings.folder,
        done_folder=settings.done_folder,
        timeout=settings.timeout,
    )
    return Imap(account, purpose)


class Maildir:
    """The mail server writes into `new`; what was read lies in `cur`."""

    def __init__(self, folder: Path, purpose: Purpose) -> None:
        self._folder = folder
        self._purpose = purpose

    @contextmanager
    def mails(self) -> Iterator[Iterator[Mail]]:
        with self._named():
            paths = sorted((self._folder / "new").iterdir())
            (self._folder / "cur").mkdir(exist_ok=True)
            yield (self._mail(path) for path in paths if path.is_file())

    def _mail(self, path: Path) -> Mail:
        with path.open("rb") as file:
            content = file.read(self._purpose.most_bytes)

        def put(flags: str) -> None:
            name = path.name.partition(":")[0]
            path.rename(self._folder / "cur" / f"{name}{flags}")

        return Mail(
            content=content,
            done=lambda: put(_READ),
            leave=lambda: put(_UNREAD),
        )

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise Unavailable(
                worded(
                    "The Maildir of %(mail)s cannot be used: %(strerror)s.",
                    mail=self._purpose.mail,
                    strerror=error.strerror,
                ),
                to=str(self._folder),
                mend=(
                    worded(
                        "Check %(prefix)s%(section)s__MAILDIR and who may read and write there.",
                        prefix=PREFIX,
                        section=self._purpose.section.upper(),
                    )
                ),
            ) from error


class Imap:
    """One folder of an IMAP account. Remembers in memory what it left for a person."""

    def __init__(
        self, account: Account, purpose: Purpose, *, tls: ssl.SSLContext | None = None
    ) -> None:
        self._account = account
        self._purpose = purpose
        self._tls = tls
        self._left: set[tuple[str, str]] = set()

    @contextmanager
    def mails(self) -> Iterator[Iterator[Mail]]:
        with self._named(), self._signed_in() as line:
            _told(line.select(_quoted(self._account.folder)))
            era = _text(line.response("UIDVALIDITY")[1])
            # What a person opened before us counts, where we have a folder to move it to.
            wanted = "UNDELETED" if self._account.done_folder else "UNSEEN"
            numbers = _text(_told(line.uid("SEARCH", wanted))).split()
            yield (
                self._mail(line, era, number)
                for number in numbers
                if (era, number) not in self._left
            )

    def _mail(self, line: imaplib.IMAP4, era: str, number: str) -> Mail:
        found = _told(
            line.uid("FETCH", number, f"(BODY.PEEK[]<0.{self._purpose.most_bytes}>)")
        )
        content = next((part[1] for part in found if isinstance(part, tuple)), b"")
        return Mail(
            content=content,
            done=lambda: self._done(line, number),
            leave=lambda: self._left.add((era, number)),
        )

    def _done(self, line: imaplib.IMAP4, number: str) -> None:
        if not self._account.done_folder:
            _told(line.uid("STORE", number, "+FLAGS.SILENT", "(\\Seen)"))
            return
        folder = _quoted(self._account.done_folder)
        _told(line.uid("STORE", number, "+FLAGS.SILENT", "(\\Seen)"))
        if "MOVE" in line.capabilities:
            _told(line.uid("MOVE", number, folder))
            return
        _told(line.uid("COPY", number, folder))
        _told(line.uid("STORE", number, "+FLAGS.SILENT", "(\\Deleted)"))

    @contextmanager
    def _signed_in(self) -> Iterator[imaplib.IMAP4]:
        given = self._account
        tls = self._tls or ssl.create_default_context()
        if given.security == "tls":
            line: imaplib.IMAP4 = imaplib.IMAP4_SSL(
                given.host, given.port, ssl_context=tls, timeout=given.timeout
            )
        else:
            line = imaplib.IMAP4(given.host, given.port, timeout=given.timeout)
        try:
            if given.security == "starttls":
                line.starttls(ssl_context=tls)
            _told(line.login(given.user, given.password))
            yield line
        finally:
            # The line may be dead already; what counts was answered before.
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                line.logout()
            with contextlib.suppress(OSError):
                line.shutdown()

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except (OSError, imaplib.IMAP4.error) as error:
            words = re.sub(r"^b'|'$", "", str(error))
            raise Unavailable(
                worded(
                    "The mailbox of %(mail)s cannot be read: %(words)s.",
                    mail=self._purpose.mail,
                    words=words,
                ),
                to=f"{self._account.host}:{self._account.port}",
                mend=(
                    worded(
                        "Check the settings under [%(section)s]; what is there stays there.",
                        section=self._purpose.section,
                    )
                ),
            ) from error


def _told(answer: tuple[str, Any]) -> list[Any]:
    """What the server answered. Raises when it said no."""
    kind, told = answer
    if kind != "OK":
        raise imaplib.IMAP4.error(_text(told) or kind)
    return list(told)


def _text(told: list[Any]) -> str:
    return " ".join(
        part.decode("ascii", "replace") for part in told if isinstance(part, bytes)
    )


def _quoted(folder: str) -> str:
    if not folder.isascii() or not folder.isprintable():
        raise BadSetting(
            worded("The folder's name has letters that this connection cannot carry."),
            to=folder,
            mend=worded("Name a folder in plain letters, such as Returns."),
        )
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

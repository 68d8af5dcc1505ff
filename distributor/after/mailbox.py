"""The folder that returned mail lies in."""

from pathlib import Path
from typing import Final

from core.mailbox import Account, Box, Imap, Maildir, Purpose
from core.settings import Bounces
from distributor.after.returned import MOST_BYTES

RETURNED: Final = Purpose(
    mail="returned mail", section="bounces", most_bytes=MOST_BYTES
)


def box(settings: Bounces) -> Box | None:
    """The box of these settings; None when returned mail is read nowhere."""
    if settings.maildir:
        return Maildir(Path(settings.maildir), RETURNED)
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
    return Imap(account, RETURNED)

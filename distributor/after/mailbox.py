"""The folder that returned mail lies in."""

from typing import Final

from core.mailbox import Box, Purpose, box_of
from core.settings import Bounces
from core.wording import worded
from distributor.after.returned import MOST_BYTES

RETURNED: Final = Purpose(
    mail=worded("returned mail"), section="bounces", most_bytes=MOST_BYTES
)


def box(settings: Bounces) -> Box | None:
    """The box of these settings; None when returned mail is read nowhere."""
    return box_of(settings, RETURNED)

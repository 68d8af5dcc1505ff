"""What a format offers."""

from collections.abc import Sequence
from typing import ClassVar, Protocol

from core.i18n import Words
from core.reporting.report import Report


def is_text(media_type: str) -> bool:
    """Whether what a format of this type writes can be read on a terminal."""
    plain = media_type.partition(";")[0]
    return plain.startswith("text/") or plain.endswith(("json", "xml"))


class Format(Protocol):
    name: ClassVar[str]
    # Of the file's name: "pdf".
    suffix: ClassVar[str]
    media_type: ClassVar[str]

    def write(self, report: Report, spoken: Sequence[Words]) -> bytes:
        """Write *report* in the languages of *spoken*: one, or two side by side.

        The first gives the direction of the whole.
        """
        ...

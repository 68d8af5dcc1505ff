"""What a format offers."""

from collections.abc import Sequence
from typing import ClassVar, Protocol

from core.i18n import Words
from core.reporting.report import Report


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

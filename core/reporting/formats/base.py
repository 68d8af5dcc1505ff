"""What a format offers."""

from typing import ClassVar, Protocol

from core.i18n import Words
from core.reporting.report import Report


class Format(Protocol):
    name: ClassVar[str]
    media_type: ClassVar[str]

    def write(self, report: Report, words: Words) -> bytes:
        """Write *report* in the language of *words*."""
        ...

"""Text: the report as plain words, for a terminal, a printer of lines, or a screen reader.

A worked example: see docs/extending.md. As core/reporting/formats/text.py it is a format.
"""

from collections.abc import Sequence
from typing import ClassVar

from core.i18n import Words
from core.reporting.layout import lay_out
from core.reporting.plain import plain
from core.reporting.report import Report


class Format:
    name: ClassVar[str] = "text"
    suffix: ClassVar[str] = "txt"
    media_type: ClassVar[str] = "text/plain; charset=utf-8"

    def write(self, report: Report, spoken: Sequence[Words]) -> bytes:
        """The words of the laid-out report, so that its numbers are those of all formats."""
        # Half a pair of UTF-16 has no bytes in UTF-8.
        return f"{plain(lay_out(report, spoken))}\n".encode("utf-8", "replace")

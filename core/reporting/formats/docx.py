"""DOCX: a Word file to go on working in, with real headings, tables and languages."""

from collections.abc import Sequence
from typing import ClassVar

from core.i18n import Words
from core.reporting.layout import lay_out
from core.reporting.report import Report
from core.reporting.word import word_file


class Format:
    name: ClassVar[str] = "docx"
    suffix: ClassVar[str] = "docx"
    media_type: ClassVar[str] = (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    )

    def write(self, report: Report, spoken: Sequence[Words]) -> bytes:
        return word_file(lay_out(report, spoken), made_at=report.made_at)

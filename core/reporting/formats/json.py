"""JSON: the report's own fields, times in ISO 8601 UTC."""

import json
from collections.abc import Sequence
from typing import ClassVar

from pydantic import TypeAdapter

from core.i18n import Words
from core.reporting.report import Report

_ADAPTER = TypeAdapter(Report)


class Format:
    name: ClassVar[str] = "json"
    suffix: ClassVar[str] = "json"
    media_type: ClassVar[str] = "application/json"

    def write(self, report: Report, spoken: Sequence[Words]) -> bytes:
        del spoken
        text = json.dumps(plain(report), ensure_ascii=False, indent=1)
        # Half a pair of UTF-16 has no bytes in UTF-8; in JSON it may be escaped.
        return text.encode("utf-8", "backslashreplace")


def read(content: object) -> Report:
    """The report that `write` wrote, as parsed JSON."""
    return _ADAPTER.validate_python(content)


def plain(report: Report) -> dict[str, object]:
    """The report as JSON values, for a row."""
    dumped: dict[str, object] = _ADAPTER.dump_python(report, mode="json")
    return dumped

"""Writes a report in a format by its name: a function that another process can run.

Drawing takes a second, and memory that a long-running process would not give back.
"""

from collections.abc import Callable, Sequence

import core.reporting.formats
from core.catalogue import members
from core.errors import NotFound
from core.i18n import words
from core.reporting.formats.base import Format
from core.reporting.report import Report
from core.values import Language
from core.wording import worded

Write = Callable[[str, Report, Sequence[Language]], bytes]


def format_called(name: str) -> type[Format]:
    """Raises NotFound."""
    formats = members(core.reporting.formats, "Format")
    if name not in formats:
        raise NotFound(
            worded("There is no format called %(name)s.", name=f"{name!r}"),
            to="format",
            mend=worded(
                "The formats are: %(formats)s.", formats=", ".join(sorted(formats))
            ),
        )
    return formats[name]


def written(name: str, report: Report, languages: Sequence[Language]) -> bytes:
    """The report in the format called *name*, in one language or in two. Raises NotFound."""
    return format_called(name)().write(report, [words(one) for one in languages])

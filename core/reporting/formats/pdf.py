"""PDF: A4 pages with bookmarks and tags, for a desk and for those who read by ear.

The template is `templates/report/report.typ`; words reach it as values, never as markup.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import ClassVar, Final, Literal

import typst

from core.i18n import Words
from core.reporting.document import Document
from core.reporting.fonts import folders
from core.reporting.layout import lay_out
from core.reporting.pages import page_data
from core.reporting.report import Report
from core.resources import folder

_REMEMBERED: Final = 10


class Format:
    name: ClassVar[str] = "pdf"
    suffix: ClassVar[str] = "pdf"
    media_type: ClassVar[str] = "application/pdf"

    def write(self, report: Report, spoken: Sequence[Words]) -> bytes:
        return draw(lay_out(report, spoken), made_at=report.made_at)


def draw(document: Document, *, made_at: datetime) -> bytes:
    """The same document made at the same time is the same bytes."""
    # matplotlib costs .6 s and 40 MB, which only whoever draws shall pay.
    from core.reporting import charts  # noqa: PLC0415

    data = page_data(document)
    inputs = {"document": json.dumps(data.document)}
    for place, chart in enumerate(data.charts):
        picture = charts.svg(chart, document.spoken, document.zone)
        inputs[f"chart-{place}"] = picture.decode()
    try:
        return _compiled(inputs, made_at, promises="ua-1")
    except typst.TypstError:
        # PDF/UA promises that every sign is shown, and a few marks of rare scripts are in
        # none of our fonts: then the file is tagged all the same and makes no promise.
        return _compiled(inputs, made_at, promises="1.7")
    finally:
        _forget()


def _compiled(
    inputs: dict[str, str], made_at: datetime, *, promises: Literal["ua-1", "1.7"]
) -> bytes:
    return typst.compile(
        (folder("templates") / "report" / "report.typ").read_bytes(),
        sys_inputs=inputs,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        pdf_standards=[promises],
        # PDF keeps whole seconds, and typst refuses parts of them.
        timestamp=made_at.astimezone(UTC).replace(microsecond=0),
    )


def _forget() -> None:
    """Give back what typst remembers of a document, 45 MB for thirty pages.

    It remembers the last ten, for editors that compile one document over and over; so ten
    empty ones follow, in 10 ms.
    """
    compiler = typst.Compiler(font_paths=_fonts(), ignore_system_fonts=True)
    for _ in range(_REMEMBERED + 1):
        compiler.compile(b"")


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=list(folders()),
    )

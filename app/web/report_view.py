"""A report inside one of our own pages, and its files to keep."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import Query, Response
from markupsafe import Markup

import core.reporting.formats
from app.web.pages import Pages, download
from core.catalogue import members
from core.i18n import Words
from core.reporting.formats.html import render
from core.reporting.layout import lay_out
from core.reporting.layouts import spoken
from core.reporting.report import Report
from core.reporting.writing import format_called

# A `Layout`, or nothing for the office's own language.
LayoutName = Annotated[str, Query(pattern=r"^(fr|ar|en|bilingual)?$")]


def on_page(report: Report, said: Words) -> Markup:
    """What stands inside the page: its links lead to our own pages."""
    laid_out = lay_out(replace(report, address=""), [said])
    # The template escapes every text of it.
    return Markup(render(laid_out, template="blocks.html"))  # noqa: S704


def formats() -> Sequence[str]:
    return sorted(members(core.reporting.formats, "Format"))


def file(
    pages: Pages, report: Report, *, name: str, format_name: str, layout: str
) -> Response:
    """The report as a file called *name*; *layout* is a language or "bilingual". Raises NotFound."""
    made = format_called(format_name)
    settings = pages.office.settings
    reached = replace(report, address=settings.web.public_url.rstrip("/") or None)
    languages = [one.language for one in spoken(layout, settings.language)]
    return download(
        pages.office.write_report(format_name, reached, languages),
        name=f"{name}.{made.suffix}",
        media_type=made.media_type,
    )

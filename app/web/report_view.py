"""A report inside one of our own pages, and its files to keep."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import Query, Response
from markupsafe import Markup

import core.reporting.formats
from app.web.pages import Pages, download
from core.catalogue import members
from core.errors import NotFound
from core.i18n import Words
from core.reporting.formats.base import Format
from core.reporting.formats.html import render
from core.reporting.layout import lay_out
from core.reporting.layouts import spoken
from core.reporting.report import Report

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
    """The report as a file called *name*; *layout* is a language or "bilingual"."""
    made = members(core.reporting.formats, "Format").get(format_name)
    if made is None:
        raise NotFound(
            f"There is no format called {format_name!r}.",
            to="format",
            mend=f"The formats are: {', '.join(formats())}.",
        )
    writer: Format = made()
    settings = pages.office.settings
    reached = replace(report, address=settings.web.public_url.rstrip("/") or None)
    return download(
        writer.write(reached, spoken(layout, settings.language)),
        name=f"{name}.{writer.suffix}",
        media_type=writer.media_type,
    )

"""Every format, present and future, writes the same numbers."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO

import docx
import pytest
from docx.oxml.ns import qn
from pypdf import PdfReader

import core.reporting.formats
from core.catalogue import members
from core.i18n import words
from core.reporting.formats.json import read
from core.reporting.report import (
    Completeness,
    Figure,
    Line,
    Report,
    ReportSection,
    SilentSource,
)
from core.values import Language

EVERY = members(core.reporting.formats, "Format")
WHEN = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)


def a_report():
    return Report(
        kind="review",
        title="",
        organisation="Ministère",
        day=date(2026, 11, 24),
        number=231,
        version=1,
        zone="Africa/Casablanca",
        since=WHEN,
        until=WHEN,
        made_at=WHEN,
        figures=(Figure(name="articles", value=4321),),
        sections=(
            ReportSection(
                key="releases",
                title="112/2026",
                lines=(
                    Line(
                        outlet="صدى الأطلس",
                        title="<script>alert(1)</script> عنوان",
                        language=Language.ARABIC,
                        url="https://sada.test/1",
                        label="reprint",
                        copies=7,
                    ),
                ),
            ),
        ),
        completeness=Completeness(
            read=98,
            total=112,
            silent=(
                SilentSource(
                    outlet="MAP",
                    url="https://map.test",
                    state="blocked",
                    since=WHEN,
                    reason="403",
                ),
            ),
        ),
    )


def told(name, written):
    """The words of a file, whatever it is packed in."""
    if name == "pdf":
        return " ".join(
            page.extract_text() for page in PdfReader(BytesIO(written)).pages
        )
    if name == "docx":
        body = docx.Document(BytesIO(written)).element
        return " ".join(one.text for one in body.iter(qn("w:t")))
    return written.decode()


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", EVERY)
def test_a_format_keeps_the_completeness_line(name, language):
    written = told(name, EVERY[name]().write(a_report(), [words(language)]))
    assert "98" in written
    assert "112" in written
    assert "MAP" in written


@pytest.mark.parametrize("name", EVERY)
def test_a_format_declares_its_media_type(name):
    assert "/" in EVERY[name].media_type


def test_json_gives_back_the_same_report():
    written = EVERY["json"]().write(a_report(), [words(Language.FRENCH)])
    assert read(json.loads(written)) == a_report()


def test_a_date_without_an_hour_is_shown_without_one():
    report = a_report()
    line = replace(
        report.sections[0].lines[0],
        published_at=datetime(2026, 11, 24, tzinfo=UTC),
        published_as="day",
    )
    section = replace(report.sections[0], lines=(line,))
    page = EVERY["html"]().write(
        replace(report, sections=(section,)), [words(Language.FRENCH)]
    )
    assert "<bdi>24/11/2026</bdi> ·" in page.decode()


@pytest.mark.parametrize("language", Language)
def test_the_html_page_escapes_titles_and_turns_arabic_around(language):
    page = EVERY["html"]().write(a_report(), [words(language)]).decode()
    assert "<script>" not in page
    assert f'<html lang="{language}" dir="{language.direction}">' in page
    assert '<article class="review-line" lang="ar" dir="rtl">' in page

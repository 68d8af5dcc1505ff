"""Moments in French and Arabic."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.sources import moments


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1er août 2026 07:30 +0000", datetime(2026, 8, 1, 7, 30, tzinfo=UTC)),
        ("24 نونبر 2026 09:00:05 +01:00", datetime(2026, 11, 24, 8, 0, 5, tzinfo=UTC)),
        ("3 غشت 2026 23:30 -0100", datetime(2026, 8, 4, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_whole_moment_is_read(text, moment):
    assert moments.read(text) == moment


@pytest.mark.parametrize(
    "text", ["5 décembre 2018", "5 décembre 2018 09:00", "31 juin 2018 09:00 GMT", ""]
)
def test_without_hour_and_offset_there_is_no_moment(text):
    assert moments.read(text) is None


@pytest.mark.parametrize("text", ["2018-12-05", "2018-12-05T09:00:00", "soon"])
def test_a_day_alone_is_no_moment(text):
    assert moments.read_iso(text) is None


@given(
    st.text()
    | st.from_regex(
        r"\A\d{1,2} (mai|ماي) \d{4} \d{1,2}:\d{2} [+-]\d{4}\Z", fullmatch=True
    )
)
def test_any_text_gives_a_utc_moment_or_none(text):
    for found in (moments.read(text), moments.read_iso(text)):
        assert found is None or found.tzinfo == UTC

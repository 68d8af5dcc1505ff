"""Dates: read as French, Arabic and English sources write them, and never invented."""

from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.sources.moments import is_month_first, read
from monitor.states import Precision

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 28, 10, tzinfo=UTC)
MAGHREB = [
    "يناير",
    "فبراير",
    "مارس",
    "أبريل",
    "ماي",
    "يونيو",
    "يوليوز",
    "غشت",
    "شتنبر",
    "أكتوبر",
    "نونبر",
    "دجنبر",
]
EGYPT = [
    "يناير",
    "فبراير",
    "مارس",
    "أبريل",
    "مايو",
    "يونيو",
    "يوليو",
    "أغسطس",
    "سبتمبر",
    "أكتوبر",
    "نوفمبر",
    "ديسمبر",
]
TUNIS = [
    "جانفي",
    "فيفري",
    "مارس",
    "أفريل",
    "ماي",
    "جوان",
    "جويلية",
    "أوت",
    "سبتمبر",
    "أكتوبر",
    "نوفمبر",
    "ديسمبر",
]
LEVANT = [
    "كانون الثاني",
    "شباط",
    "آذار",
    "نيسان",
    "أيار",
    "حزيران",
    "تموز",
    "آب",
    "أيلول",
    "تشرين الأول",
    "تشرين الثاني",
    "كانون الأول",
]
FRENCH = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
SHORT_FRENCH = [
    "janv.",
    "févr.",
    "mars",
    "avr.",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
]
MONTHS = [MAGHREB, EGYPT, TUNIS, LEVANT, FRENCH, SHORT_FRENCH]
moments_in_reach = st.datetimes(
    min_value=datetime(1990, 1, 2), max_value=datetime(2100, 12, 30)
)
days_in_reach = st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 12, 31))


def at(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Tue, 24 Nov 2026 13:30:00 GMT",
        "Tue, 24 Nov 2026 14:30:00 +0100",
        "Tue,24 Nov 2026 14:30:00 +01:00",
        "Mon, 24 Nov 2026 14:30:00 +0100",
        "24 Nov 26 13:30 UT",
        "Tue, 24 Nov 2026 08:30:00 EST",
        "Tuesday, 24-Nov-26 13:30:00 GMT",
        "Tue, 24 November 2026 13:30:00 Z",
        "Tue, 24 Nov 2026 14:30:00 +0100 (CET)",
        "Tue, 24 Nov 2026 14:30:00 GMT+0100",
        "2026-11-24T14:30:00+01:00",
        "2026-11-24T13:30:00Z",
        "2026-11-24T13:30:00.000Z",
        "2026-11-24 14:30:00 +0100",
        "2026-11-24T14:30+0100",
        "20261124T133000Z",
        " 2026-11-24T13:30Z\n",
        "Tue Nov 24 13:30:00 GMT 2026",
        "mardi 24 novembre 2026, 14:30 CET",
        "الثلاثاء 24 نونبر 2026 - 13:30 GMT",
        "mar. 24 nov. 2026 14:30:00 +0100",
    ],
)
def test_a_moment_with_its_zone_is_exact(text):
    found = read(text, zone=ZoneInfo("Asia/Tokyo"))
    assert (found.at, found.precision) == (at(2026, 11, 24, 13, 30), Precision.MOMENT)


@pytest.mark.parametrize(
    "text",
    [
        "Tue, 24 Nov 2026 14:30:00",
        "Tue, 24 Nov 2026 14:30:00 XYZ",
        "2026-11-24T14:30:00",
        "2026-11-24 14:30",
        "24/11/2026 14:30",
        "24/11/2026 à 14h30",
        "24.11.2026 - 14:30:00",
        "2026/11/24 14:30",
        "mardi 24 novembre 2026 à 14h30",
        "Publié le 24 novembre 2026 à 14 h 30",
        "Mis en ligne mar. 24 nov. 2026, 14:30",
        "24 novembre 2026 14 heures 30",
        "Nov 24, 2026 2:30 PM",
        "November 24th, 2026 at 2:30 p.m.",
        "14:30 - 24 novembre 2026",
        "الثلاثاء 24 نونبر 2026 على الساعة 14:30",
        "٢٤ نوفمبر ٢٠٢٦ ٠٢:٣٠ م",
        "۲۴ نوفمبر ۲۰۲۶ ۱۴:۳۰",
        "24 نوفمبر/تشرين الثاني 2026 14:30",
        "نُشر يوم 24 نونبر 2026، الساعة 2:30 مساءً",
        "نوفمبر 24, 2026 2:30 م",
        "24\u00a0نونبر\u200f 2026\u200e 14:30",
        "24 من شهر نونبر 2026 14:30".replace("من شهر", "من"),
    ],
)
def test_a_moment_without_a_zone_is_the_outlets(text):
    found = read(text, zone=PARIS)
    assert (found.at, found.precision) == (
        at(2026, 11, 24, 13, 30),
        Precision.ZONE_ASSUMED,
    )


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-24",
        "20261124",
        "24/11/2026",
        "24-11-2026",
        "11/24/2026",
        "24 novembre 2026",
        "Tue, 24 Nov 2026",
        "November 24, 2026",
        "24 تشرين الثاني 2026",
        "الثلاثاء 24 نونبر 2026",
    ],
)
def test_a_day_is_no_more_than_a_day(text):
    found = read(text, zone=PARIS)
    assert (found.at, found.precision) == (at(2026, 11, 23, 23), Precision.DAY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hier à 14h30",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Mon, 01 Jan 0001 00:00:00 +0000",
        "1970-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "31/02/2026",
        "2026-13-45",
        "24 brumaire 2026",
        "24 novembre",
        "novembre 2026",
        "14:30",
        "24/11/26",
        "24 novembre 2026 à 27h00",
        "Tue, 24 Nov 2026 14:30:00 +9900",
        "il y a 2 heures",
        "www.site.test/2026",
        "1732000000",
        "26/11/1447",
        "12345678901",
    ],
)
def test_what_is_no_date_is_none(text):
    assert read(text, zone=PARIS) is None


@pytest.mark.parametrize(
    ("text", "wanted", "precision"),
    [
        ("il y a 5 minutes", at(2026, 11, 28, 9, 55), Precision.MOMENT),
        ("منذ 5 دقائق", at(2026, 11, 28, 9, 55), Precision.MOMENT),
        ("5 minutes ago", at(2026, 11, 28, 9, 55), Precision.MOMENT),
        ("il y a 2 heures", at(2026, 11, 27, 23), Precision.DAY),
        ("منذ ساعتين", at(2026, 11, 27, 23), Precision.DAY),
        ("قبل 3 ساعات", at(2026, 11, 27, 23), Precision.DAY),
        ("Il y a un jour", at(2026, 11, 26, 23), Precision.DAY),
        ("منذ يومين", at(2026, 11, 25, 23), Precision.DAY),
        ("hier", at(2026, 11, 26, 23), Precision.DAY),
        ("أمس", at(2026, 11, 26, 23), Precision.DAY),
        ("avant-hier", at(2026, 11, 25, 23), Precision.DAY),
        ("Hier à 14h30", at(2026, 11, 27, 13, 30), Precision.ZONE_ASSUMED),
        ("Aujourd'hui 09:15", at(2026, 11, 28, 8, 15), Precision.ZONE_ASSUMED),
    ],
)
def test_relative_words_mean_something_to_one_who_knows_when(text, wanted, precision):
    found = read(text, zone=PARIS, now=NOW)
    assert (found.at, found.precision) == (wanted, precision)
    assert read(text, zone=PARIS) is None


def test_figures_are_day_then_month_unless_the_source_proves_otherwise():
    assert read("05/11/2026", zone=PARIS).at == at(2026, 11, 4, 23)
    assert read("05/11/2026", zone=PARIS, month_first=True).at == at(2026, 5, 10, 22)
    assert is_month_first(["05/11/2026", "11/24/2026"])
    assert not is_month_first(["05/11/2026", "06/11/2026"])
    assert not is_month_first(["24/11/2026", "11/24/2026"])
    assert not is_month_first([])


@given(moments_in_reach, st.integers(-14 * 60, 14 * 60))
def test_what_was_formatted_with_a_zone_comes_back(local, minutes):
    offset = timedelta(minutes=minutes)
    local = local.replace(microsecond=0)
    when = local.replace(tzinfo=UTC) - offset
    sign = "-" if minutes < 0 else "+"
    zone = f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    for text in (
        f"{local.isoformat()}{zone}",
        f"{local:%a, %d %b %Y %H:%M:%S} {zone.replace(':', '')}",
        f"{FRENCH[local.month - 1]}".join(
            (f"{local.day} ", f" {local:%Y} {local:%H:%M:%S} {zone}")
        ),
    ):
        found = read(text, zone=PARIS)
        assert (found.at, found.precision) == (when, Precision.MOMENT), text
    assert read(format_datetime(when), zone=PARIS).at == when


@given(days_in_reach, st.sampled_from(MONTHS), st.booleans())
def test_a_day_written_in_words_comes_back(day, months, eastern):
    text = f"{day.day} {months[day.month - 1]} {day.year}"
    if eastern:
        text = text.translate({48 + digit: 0x660 + digit for digit in range(10)})
    found = read(text, zone=PARIS)
    assert found.precision is Precision.DAY
    assert found.at.astimezone(PARIS).date() == day


@given(
    st.one_of(
        st.text(max_size=300),
        st.text(alphabet="0123456789/-:. TZ+hامsnov", max_size=60),
        st.from_regex(r"\d{1,4}[-/ .]\w{1,9}[-/ .]\d{1,5} \d{1,3}[:h]\d{1,3}.{0,9}"),
    )
)
def test_garbage_never_raises_and_never_leaves_the_calendar(text):
    for now in (None, NOW):
        found = read(text, zone=PARIS, now=now)
        assert found is None or found.at.tzinfo is UTC
        assert found is None or 1989 <= found.at.year <= 2101


@given(st.text(alphabet=st.characters(exclude_categories=["Nd"]), max_size=100))
def test_a_text_without_a_figure_is_no_date(text):
    assert read(text, zone=PARIS) is None

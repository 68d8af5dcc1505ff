"""Case 23: weekdays and dates, in three languages, over more than a year."""

from datetime import date, timedelta

import pytest
from babel.dates import format_date

from distributor.checks.reading.dates import written_dates

FIRST = date(2026, 1, 1)
DAYS = [FIRST + timedelta(days=step) for step in range(500)]
FRAMES = {
    "fr": ("fr", "La rencontre se tiendra le {}, à Rabat, avec 30 agences."),
    "ar": ("ar_MA", "ينعقد اللقاء يوم {}، بالرباط، بحضور 30 وكالة."),
    "en": ("en_GB", "The meeting is on {}, in Rabat, with 30 agencies."),
}
PATTERNS = {
    "fr": ["EEEE d MMMM y", "EEEE dd/MM/y", "EEEE d MMMM", "EEEE, d MMM y"],
    "ar": ["EEEE d MMMM y", "EEEE، d MMMM y", "EEEE dd/MM/y", "EEEE d MMMM"],
    "en": ["EEEE d MMMM y", "EEEE, MMMM d, y", "EEEE d/MM/y", "EEEE d MMMM"],
}
EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def written(day, language, pattern, *, weekday=None):
    """A sentence with a day in it, with the weekday of another day when that is given."""
    locale, frame = FRAMES[language]
    said = format_date(day, pattern, locale=locale)
    if weekday is not None:
        right = format_date(day, "EEEE", locale=locale)
        said = said.replace(right, format_date(weekday, "EEEE", locale=locale))
    return frame.format(said)


def read(text, day, language):
    return written_dates(text, near=day, language=language)


@pytest.mark.parametrize("language", FRAMES)
def test_each_of_400_days_reads_back_as_it_was_rendered(language):
    for day in DAYS[:400]:
        for pattern in PATTERNS[language]:
            text = written(day, language, pattern)
            found = read(text, day, language)
            assert [one.days for one in found] == [(day,)], text
            assert found[0].weekday == day.isoweekday(), text


@pytest.mark.parametrize("language", FRAMES)
def test_500_true_dates_raise_no_alarm(language):
    for step, day in enumerate(DAYS):
        text = written(day, language, PATTERNS[language][step % 4])
        if language == "ar" and step % 2:
            text = text.translate(EASTERN)
        assert all(one.is_coherent() for one in read(text, day, language)), text


@pytest.mark.parametrize("language", FRAMES)
def test_every_wrong_weekday_is_caught(language):
    for step, day in enumerate(DAYS[:400]):
        for off in range(1, 7):
            text = written(
                day,
                language,
                PATTERNS[language][step % 4],
                weekday=day + timedelta(days=off),
            )
            found = read(text, day, language)
            assert any(not one.is_coherent() for one in found), text


@pytest.mark.parametrize("language", FRAMES)
def test_every_wrong_day_of_one_range_is_caught(language):
    joined = {"fr": "du {} {} au {}", "ar": "من {} {} إلى {}", "en": "from {} {} to {}"}
    locale = FRAMES[language][0]
    for day in DAYS[:100]:
        last = day + timedelta(days=2)
        if day.month != last.month:
            continue
        for off, right in ((0, True), (1, False)):
            text = joined[language].format(
                format_date(day + timedelta(days=off), "EEEE", locale=locale),
                day.day,
                format_date(last, "EEEE d MMMM y", locale=locale),
            )
            assert all(one.is_coherent() for one in read(text, day, language)) is right

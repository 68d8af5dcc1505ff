"""Wall times and zones (promise S9): our own data decides, and no hour is invented."""

import zoneinfo
from datetime import UTC, datetime
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadInput, Conflict
from core.zones import (
    ZoneRules,
    moment_of,
    occurs_twice,
    parse_wall,
    pin,
    require_current,
    wall_of,
    zone,
)

CASABLANCA = "Africa/Casablanca"
PARIS = "Europe/Paris"


def _shipped(name):
    return files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes()


def _folder(path, *, version, casablanca):
    """A zone-data folder in which Casablanca has the rules of another zone."""
    (path / "Africa").mkdir(parents=True)
    (path / "Africa" / "Casablanca").write_bytes(_shipped(casablanca))
    (path / "tzdata.zi").write_text(f"# version {version}\n", encoding="ascii")
    return path


@pytest.fixture(autouse=True)
def _ours_again():
    pin()
    yield
    pin()


def test_nine_in_morocco_is_nine_utc_after_the_move_of_2026():
    assert moment_of(datetime(2026, 11, 24, 9), CASABLANCA) == datetime(
        2026, 11, 24, 9, tzinfo=UTC
    )


def test_a_stale_system_does_not_move_an_embargo(tmp_path):
    # Etc/GMT-1 is UTC+1: what a stock Debian 12 still says of Morocco.
    stale = _folder(tmp_path / "stale", version="2024a", casablanca="Etc/GMT-1")
    zoneinfo.reset_tzpath(to=[str(stale)])
    ZoneInfo.clear_cache()
    assert moment_of(datetime(2026, 11, 24, 9), CASABLANCA).hour == 8
    pin()
    assert moment_of(datetime(2026, 11, 24, 9), CASABLANCA).hour == 9


def test_the_day_of_the_communique_was_an_hour_before_utc():
    assert moment_of(datetime(2018, 12, 5, 9), CASABLANCA) == datetime(
        2018, 12, 5, 8, tzinfo=UTC
    )


def test_newer_data_under_the_data_folder_decides(tmp_path):
    folder = _folder(tmp_path / "zoneinfo", version="2099a", casablanca="Etc/GMT-5")
    rules = pin(tmp_path)
    assert rules == ZoneRules(version="2099a", origin=str(folder.resolve()))
    assert moment_of(datetime(2026, 11, 24, 9), CASABLANCA).hour == 4


def test_older_data_under_the_data_folder_is_passed_over(tmp_path):
    _folder(tmp_path / "zoneinfo", version="2020a", casablanca="Etc/GMT-5")
    assert pin(tmp_path) == pin()
    assert moment_of(datetime(2026, 11, 24, 9), CASABLANCA).hour == 9


def test_the_packaged_data_is_new_enough_to_plan_by():
    require_current(pin())


def test_nothing_can_be_planned_by_data_that_is_too_old():
    with pytest.raises(Conflict, match="version 2026b"):
        require_current(ZoneRules(version="2026b", origin="somewhere"))


def test_a_time_the_clocks_jump_over_is_refused_with_another_one():
    with pytest.raises(BadInput, match="does not exist in Europe/Paris") as refused:
        moment_of(datetime(2026, 3, 29, 2, 30), PARIS)
    assert "03:30" in refused.value.mend


def test_of_a_time_that_occurs_twice_the_first_is_meant():
    wall = datetime(2026, 10, 25, 2, 30)
    assert occurs_twice(wall, PARIS)
    assert moment_of(wall, PARIS) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert moment_of(wall, PARIS, later=True) == datetime(
        2026, 10, 25, 1, 30, tzinfo=UTC
    )


@pytest.mark.parametrize(
    "wall", [datetime(2026, 10, 25, 1, 59), datetime(2026, 3, 29, 2, 30)]
)
def test_other_times_do_not_occur_twice(wall):
    assert not occurs_twice(wall, PARIS)


@pytest.mark.parametrize(
    "name", ["Africa/Casablanka", "", "../etc/passwd", "/etc/localtime", "Africa", "\0"]
)
def test_an_unknown_zone_is_refused(name):
    with pytest.raises(BadInput, match="There is no time zone"):
        zone(name)


def test_a_wall_time_is_read_to_the_minute():
    assert parse_wall("2026-11-24T09:00:59") == datetime(2026, 11, 24, 9)


@pytest.mark.parametrize("text", ["tomorrow", "2026-13-01T09:00", "24/11/2026", ""])
def test_what_is_not_a_time_is_refused(text):
    with pytest.raises(BadInput, match="is not a date and time"):
        parse_wall(text)


@pytest.mark.parametrize("text", ["2026-11-24T09:00Z", "2026-11-24T09:00+01:00"])
def test_a_wall_time_with_an_offset_is_refused(text):
    with pytest.raises(BadInput, match="carries an offset"):
        parse_wall(text)


@given(
    moment=st.datetimes(
        min_value=datetime(1990, 1, 1),
        max_value=datetime(2037, 12, 31),
        timezones=st.just(UTC),
    ),
    name=st.sampled_from(
        [CASABLANCA, PARIS, "Africa/Cairo", "Asia/Riyadh", "Australia/Lord_Howe", "UTC"]
    ),
)
def test_a_moment_comes_back_from_its_wall_time(moment, name):
    wall = wall_of(moment, name)
    readings = {moment_of(wall, name)}
    if occurs_twice(wall, name):
        readings.add(moment_of(wall, name, later=True))
    assert moment in readings

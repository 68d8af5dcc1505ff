import pytest

from core.errors import BadInput, Conflict
from distributor.sending import hold


def test_nothing_is_on_hold_until_somebody_says_so(tmp_path):
    assert hold.on_hold(tmp_path) is None
    assert hold.hold_all(tmp_path, because=" Wait. ") == "Wait."
    assert hold.on_hold(tmp_path) == "Wait."
    hold.release_all(tmp_path)
    assert hold.on_hold(tmp_path) is None


def test_an_empty_file_made_by_hand_holds_too(tmp_path):
    (tmp_path / "HOLD").touch()
    assert hold.on_hold(tmp_path)


def test_something_unreadable_of_that_name_holds_too(tmp_path):
    (tmp_path / "HOLD").mkdir()
    assert hold.on_hold(tmp_path)


def test_a_hold_needs_a_reason_and_an_end_needs_a_hold(tmp_path):
    with pytest.raises(BadInput, match="reason"):
        hold.hold_all(tmp_path, because=" ")
    assert hold.on_hold(tmp_path) is None
    with pytest.raises(Conflict, match="on hold"):
        hold.release_all(tmp_path)

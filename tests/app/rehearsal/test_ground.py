"""The folder of the rehearsal, and nobody else's."""

import pytest

from app.rehearsal.ground import own_folder
from core.errors import BadInput, Conflict


def test_the_folder_of_an_earlier_rehearsal_is_emptied(tmp_path):
    data = tmp_path / "demo-data"
    with own_folder(data):
        (data / "parution.db").write_text("old")
        (data / "outbox").mkdir()
        (data / "outbox" / "mail").write_text("old")
    with own_folder(data):
        assert [path.name for path in data.iterdir()] == [".parution-rehearsal"]


def test_a_folder_with_something_else_is_left_alone(tmp_path):
    precious = tmp_path / "thesis.txt"
    precious.write_text("years of work")
    with pytest.raises(BadInput) as refused, own_folder(tmp_path):
        pass
    assert refused.value.to == str(tmp_path)
    assert precious.read_text() == "years of work"


def test_a_file_is_not_a_folder_and_is_left_alone(tmp_path):
    file = tmp_path / "demo-data"
    file.write_text("a file")
    with pytest.raises(BadInput), own_folder(file):
        pass
    assert file.read_text() == "a file"


def test_a_running_rehearsal_keeps_its_folder(tmp_path):
    data = tmp_path / "demo-data"
    with own_folder(data):
        (data / "parution.db").write_text("in use")
        with pytest.raises(Conflict), own_folder(data):
            pass
        assert (data / "parution.db").read_text() == "in use"

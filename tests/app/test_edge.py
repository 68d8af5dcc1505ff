"""What a command says when the disk or the database lets it down."""

import pytest
from engines import home
from sqlalchemy import text

from app.cli.edge import office
from core.errors import Unavailable


@pytest.fixture
def data(tmp_path, monkeypatch):
    for name, value in home(tmp_path).items():
        monkeypatch.setenv(name, value)
    with office():
        pass
    return tmp_path


@pytest.mark.sqlite  # PostgreSQL tells such a mistake of ours from trouble
def test_trouble_with_the_database_is_one_sentence(data):
    with (
        pytest.raises(Unavailable, match="The database could not be used") as told,
        office() as opened,
        opened.database.write() as session,
    ):
        session.execute(text("SELECT nothing FROM nowhere"))
    assert "doctor" in told.value.mend


def test_a_full_disk_is_named(data):
    with pytest.raises(Unavailable, match="No space left on device"), office():
        raise OSError(28, "No space left on device", str(data))


def test_other_trouble_is_not_hidden(data):
    with pytest.raises(BrokenPipeError), office():
        raise BrokenPipeError(32, "Broken pipe")

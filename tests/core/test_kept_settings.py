"""What was set on screen: kept whole, below what an operator wrote."""

import pytest

from core.errors import BadSetting
from core.settings import kept, load


def environment(folder, **more):
    return {"PARUTION_DATA_DIR": str(folder), **more}


def test_what_was_kept_holds_at_the_next_start(tmp_path):
    kept.keep(tmp_path, "organisation", {"name": 'Le "Ministère"', "from": "a@b.test"})
    kept.keep(tmp_path, "organisation", {"name_ar": "الوزارة"})
    organisation = load(environment=environment(tmp_path)).organisation
    assert (organisation.name, organisation.name_ar) == ('Le "Ministère"', "الوزارة")
    assert organisation.sender == "a@b.test"


@pytest.mark.parametrize("name", ["SENDER", "FROM"])
def test_what_an_operator_wrote_goes_first(tmp_path, name):
    kept.keep(tmp_path, "organisation", {"name": "Kept", "from": "kept@b.test"})
    said = {f"PARUTION_ORGANISATION__{name}": "said@b.test"}
    organisation = load(environment=environment(tmp_path, **said)).organisation
    assert (organisation.name, organisation.sender) == ("Kept", "said@b.test")


def test_a_file_that_is_broken_stops_the_start_and_is_named(tmp_path):
    (tmp_path / "office.toml").write_text("[organisation", encoding="utf-8")
    with pytest.raises(BadSetting, match="set on screen cannot be read") as stopped:
        load(environment=environment(tmp_path))
    assert stopped.value.to == str(tmp_path / "office.toml")


def test_a_disk_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(Exception, match="could not be kept"):
        kept.keep(tmp_path / "nowhere", "organisation", {"name": "x"})

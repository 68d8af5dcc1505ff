"""The finder of extension members."""

from importlib import import_module

import pytest

from core.catalogue import members


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Makes a package of the given files and imports it."""

    def make(name, **files):
        package = tmp_path / name
        package.mkdir()
        for module, text in ({"__init__": ""} | files).items():
            (package / f"{module}.py").write_text(text)
        monkeypatch.syspath_prepend(tmp_path)
        return import_module(name)

    return make


def test_one_file_is_one_member(folder):
    package = folder(
        "birds",
        heron="class Channel:\n    name = 'heron'\n",
        stork="class Channel:\n    name = 'stork'\n",
    )
    assert set(members(package, "Channel")) == {"heron", "stork"}


def test_the_base_module_and_borrowed_classes_are_no_members(folder):
    package = folder(
        "trees",
        base="class Other:\n    name = 'other'\n",
        cedar="class Channel:\n    name = 'cedar'\n",
        grove="from trees.cedar import Channel\n",
    )
    assert list(members(package, "Channel")) == ["cedar"]


def test_two_members_of_one_name_are_refused(folder):
    package = folder(
        "winds",
        chergui="class Channel:\n    name = 'east'\n",
        levante="class Channel:\n    name = 'east'\n",
    )
    with pytest.raises(ValueError, match="two Channels are called 'east'"):
        members(package, "Channel")

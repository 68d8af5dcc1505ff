"""The generated settings file."""

import re
import tomllib
from pathlib import Path

from typer.testing import CliRunner

from app.cli import build
from core.settings import Settings, load
from core.settings_file import settings_file

COMMITTED = Path(__file__).parents[2] / "config" / "parution.toml"


def test_the_committed_settings_file_is_the_generated_one():
    # `make docs` writes it again.
    assert COMMITTED.read_text(encoding="utf-8") == settings_file()


def test_the_command_prints_the_settings_file():
    assert CliRunner().invoke(build(), ["settings"]).output == settings_file()


def test_loading_the_settings_file_gives_the_defaults():
    assert load(path=COMMITTED, environment={}) == Settings()


def test_every_line_taken_out_of_its_comment_still_gives_the_defaults(tmp_path):
    opened = re.sub(r"^# (\w+ = )", r"\1", settings_file(), flags=re.MULTILINE)
    file = tmp_path / "parution.toml"
    file.write_text(opened, encoding="utf-8")
    assert load(path=file, environment={}).model_dump() == Settings().model_dump()


def test_every_setting_is_in_the_settings_file():
    opened = re.sub(r"^# (\w+ = )", r"\1", settings_file(), flags=re.MULTILINE)
    named = tomllib.loads(opened)
    for name, field in Settings.model_fields.items():
        if name == "channels":
            continue
        assert name in named
        default = field.get_default(call_default_factory=True)
        for inner, below in getattr(type(default), "model_fields", {}).items():
            assert (below.alias or inner) in named[name]


def test_every_setting_says_what_it_is():
    for field in Settings.model_fields.values():
        default = field.get_default(call_default_factory=True)
        below = getattr(type(default), "model_fields", None)
        assert all(inner.description for inner in (below or {"": field}).values())

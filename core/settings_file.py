"""Writes the settings file: every setting, what it means and its default.

config/parution.toml is what this writes; a test compares the two. Each default stands
behind a `#`, so that a later version's better default reaches an untouched file.
"""

from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap
from typing import Any

import tomlkit
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from core.settings import PREFIX, Settings

_HEAD = f"""\
# Every setting of Parution with its default. Take away the # before one to change it.
# An environment variable wins over this file: web.port is {PREFIX}WEB__PORT.
# A secret may be kept in a file of its own: {PREFIX}SECRET_KEY_FILE names it.
# `make docs` writes this file.
"""

_WIDTH = 88


def settings_file() -> str:
    """The text of config/parution.toml."""
    lines = [_HEAD, *_single(Settings), *_sections(Settings)]
    return "\n".join(lines)


def _single(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        default = field.get_default(call_default_factory=True)
        if not isinstance(default, BaseModel) and name != "channels":
            yield _setting(field.alias or name, field, default)


def _sections(model: type[BaseModel], above: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        default = field.get_default(call_default_factory=True)
        if isinstance(default, BaseModel):
            # In the settings file the sections stand open: only their settings are given.
            yield f"[{above}{name}]\n"
            yield from _single(type(default))
            yield from _sections(type(default), f"{above}{name}.")
        elif name == "channels":
            yield f"{_comment(field.description)}\n# [channels.smtp]\n"


def _setting(name: str, field: FieldInfo, default: object) -> str:
    return f"{_comment(field.description)}\n# {name} = {_toml(default)}\n"


def _comment(description: str | None) -> str:
    return "\n".join(
        wrap(description or "", _WIDTH, initial_indent="# ", subsequent_indent="# ")
    )


def _toml(default: object) -> str:
    text: str = tomlkit.item(_plain(default)).as_string()
    return text


def _plain(default: object) -> Any:
    if isinstance(default, SecretStr):
        return default.get_secret_value()
    if isinstance(default, Path):
        return str(default)
    if isinstance(default, tuple):
        return list(default)
    if isinstance(default, dict):
        table = tomlkit.inline_table()
        table.update(default)
        return table
    return default

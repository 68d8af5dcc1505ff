"""The pages that are written from the program itself: its commands and its settings."""

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

import typer
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from app.cli import build
from core.settings import PREFIX, Settings
from core.settings_file import settings_file

_COMMANDS = """\
# Commands

Written by `make docs` from the program; `parution COMMAND --help` says the same. Each ends with 0 (done), 1 (could
not) or 2 (bad input, and nothing was done). With `--json` a list is one JSON object a line, and one thing one object.
"""
_SETTINGS = f"""\
# Settings

Written by `make docs` from the program. A setting is read from `config/parution.toml`, or from the file that
`{PREFIX}CONFIG` names; then from its variable, which wins. A variable with `_FILE` behind its name, such as
`{PREFIX}SECRET_KEY_FILE`, names a file whose content is the value: the best way for a secret. What an administrator
sets in the first steps stands below both. A setting that is unknown or wrong stops the start with one sentence.

The options of each channel are in [channels](channels.md). `parution settings` prints the settings file.
"""


def written() -> Mapping[str, str]:
    """The text of each generated file, by its path from the root."""
    return {
        "config/parution.toml": settings_file(),
        "docs/cli.md": commands(),
        "docs/settings.md": settings(),
    }


def commands() -> str:
    root = typer.main.get_command(build())
    return "\n".join([_COMMANDS, *_group(root, "parution")])


def _group(group: Any, name: str) -> Iterator[str]:
    """Commands of the top level first, each subject as a part of its own after them."""
    members = sorted(group.commands.items())
    single = [one for one in members if not hasattr(one[1], "commands")]
    if name == "parution" and single:
        yield "## The office itself\n"
    for word, command in single:
        if not command.hidden:
            yield from _command(command, f"{name} {word}")
    for word, subject in members:
        if hasattr(subject, "commands"):
            yield f"## {name} {word}\n"
            if subject.help:
                yield f"{_line(subject.help)}\n"
            yield from _group(subject, f"{name} {word}")


def _command(command: Any, name: str) -> Iterator[str]:
    shown = [one for one in command.params if not getattr(one, "hidden", False)]
    yield f"### {name}\n"
    yield f"```\n{' '.join([name, *filter(None, map(_usage, shown))])}\n```\n"
    yield f"{_line(command.help or '')}\n"
    rows = [row for one in shown if (row := _row(one))]
    if rows:
        yield "| Given | Meaning | Default |\n|---|---|---|"
        yield "\n".join(rows) + "\n"


def _usage(given: Any) -> str:
    if given.opts[0].startswith("-"):
        return f"{given.opts[0]} {_value(given)}".strip() if given.required else ""
    word = given.name.upper() + ("..." if given.nargs == -1 else "")
    return word if given.required else f"[{word}]"


def _row(given: Any) -> str:
    if given.opts[0].startswith("-"):
        names = ", ".join([*given.opts, *given.secondary_opts])
        named = f"`{f'{names} {_value(given)}'.strip()}`"
    else:
        named = f"`{given.name.upper()}`"
    return f"| {named} | {_line(given.help or '')} | {_default(given)} |"


def _value(given: Any) -> str:
    return "" if given.is_flag else given.name.upper().replace("_", "-")


def _default(given: Any) -> str:
    default = given.default
    if given.required:
        return "required"
    if callable(default) or default is None or default in ("", [], ()):
        return ""
    if isinstance(default, bool):
        return "yes" if default else ""
    return f"`{default.value if isinstance(default, Enum) else default}`"


def _line(text: str) -> str:
    """On one line of a table; a pipe would end its cell."""
    return " ".join(text.split()).replace("|", "\\|")


def settings() -> str:
    return "\n".join([_SETTINGS, *_section(Settings, ""), *_sections(Settings, "")])


def _section(model: type[BaseModel], above: str) -> Iterator[str]:
    own = [
        (field.alias or name, field)
        for name, field in model.model_fields.items()
        if not isinstance(_default_of(field), BaseModel) and name != "channels"
    ]
    yield f"## {above or 'General'}\n"
    yield "| Setting | Variable | Default | Meaning |\n|---|---|---|---|"
    for name, field in own:
        full = f"{above}.{name}" if above else name
        variable = f"{PREFIX}{full.upper().replace('.', '__')}"
        yield (
            f"| `{full}` | `{variable}` | {_told(_default_of(field))} "
            f"| {_line(field.description or '')} |"
        )
    yield ""


def _sections(model: type[BaseModel], above: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        default = _default_of(field)
        if isinstance(default, BaseModel):
            full = f"{above}.{name}" if above else name
            yield from _section(type(default), full)
            yield from _sections(type(default), full)


def _default_of(field: FieldInfo) -> Any:
    return field.get_default(call_default_factory=True)


def _told(default: Any) -> str:
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    if default in ("", (), [], {}, None):
        return "empty"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, tuple | list | frozenset):
        return ", ".join(f"`{one}`" for one in default)
    return f"`{default}`"

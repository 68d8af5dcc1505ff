"""The settings in force, one by one: what each says, where it came from, secrets masked."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from core.settings.office import Settings

MASK: Final = "••••••"
# Below channels every key is the channel's own: whatever may open a door is not shown.
_SECRET: Final = re.compile(r"key|password|secret|token", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    # As config/parution.toml has it: web.port.
    name: str
    value: str
    # The file or the variable that gave it; empty for the default.
    origin: str
    # In English; `Words.say` has it in every language.
    description: str


def in_force(settings: Settings) -> Iterator[Setting]:
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        if name == "channels":
            yield from _channels(settings, field)
        elif isinstance(value, BaseModel):
            yield from _section(settings, name, value)
        else:
            yield _setting(settings, name, _shown(name, value), field)


def _section(settings: Settings, above: str, section: BaseModel) -> Iterator[Setting]:
    for name, field in type(section).model_fields.items():
        full, value = f"{above}.{field.alias or name}", getattr(section, name)
        if isinstance(value, BaseModel):
            yield from _section(settings, full, value)
        else:
            yield _setting(settings, full, _shown(name, value), field)


def _channels(settings: Settings, field: FieldInfo) -> Iterator[Setting]:
    for channel, given in settings.channels.items():
        for name, value in given.items():
            full = f"channels.{channel}.{name}"
            shown = MASK if _SECRET.search(name) and value else _text(value)
            yield _setting(settings, full, shown, field)


def _setting(settings: Settings, name: str, value: str, field: FieldInfo) -> Setting:
    return Setting(
        name=name,
        value=value,
        origin=settings.origins.get(name, ""),
        description=field.description or "",
    )


def _shown(name: str, value: Any) -> str:
    if isinstance(value, SecretStr):
        return MASK if value.get_secret_value() else ""
    return _without_password(value) if name == "database_url" else _text(value)


def _without_password(url: str) -> str:
    try:
        return make_url(url).render_as_string(hide_password=True) if url else ""
    except ArgumentError:
        return MASK


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name}={_text(inner)}" for name, inner in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_text, value))
    return str(value).lower() if isinstance(value, bool) else str(value)

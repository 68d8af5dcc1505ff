"""What was set on screen: a file in the data folder, below all that an operator wrote.

The settings file and the environment go first, so that what they say can be relied on.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import tomlkit

from core.errors import BadSetting, Unavailable
from core.wording import worded

NAME: Final = "office.toml"
_HEAD: Final = (
    "Written by the office itself; what config/parution.toml says goes first."
)


def read(data_dir: Path) -> dict[str, Any]:
    """What was kept. Raises BadSetting for a file that cannot be read."""
    path = data_dir / NAME
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise BadSetting(
            worded("What was set on screen cannot be read: %(error)s.", error=error),
            to=str(path),
            mend=worded("Correct the line that is named, or remove the file."),
        ) from error


def keep(data_dir: Path, section: str, values: Mapping[str, str]) -> None:
    """Add *values* to one section. The file is whole at any moment. Raises Unavailable."""
    path = data_dir / NAME
    document = tomlkit.parse(tomlkit.dumps(read(data_dir)))
    if section not in document:
        document.add(section, tomlkit.table())
    document[section].update(values)
    aside = path.with_name(f"{NAME}.new")
    try:
        with aside.open("w", encoding="utf-8") as file:
            file.write(f"# {_HEAD}\n{tomlkit.dumps(document)}")
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError as error:
        raise Unavailable(
            worded(
                "The settings could not be kept: %(strerror)s.", strerror=error.strerror
            ),
            to=str(path),
            mend=worded("Mend the disk, or write them into config/parution.toml."),
        ) from error


def beneath(kept: Mapping[str, Any], tree: Mapping[str, Any]) -> dict[str, Any]:
    """*tree*, and of what was kept all that it does not say itself."""
    merged = dict(kept)
    for name, value in tree.items():
        below = merged.get(name)
        both = isinstance(value, dict) and isinstance(below, dict)
        merged[name] = beneath(below, value) if both else value  # type: ignore[arg-type]
    return merged

"""Settings are read once, at start: a file, then the environment, then files of secrets.

What was set on screen stands below them all (`kept`).
"""

import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from core.errors import BadSetting
from core.settings import kept
from core.settings.sections import Settings
from core.wording import worded

PREFIX = "PARUTION_"
# A person's own token, for the commands that ask who they are: no setting of the office.
TOKEN = f"{PREFIX}TOKEN"


def load(
    *, path: Path | None = None, environment: Mapping[str, str] | None = None
) -> Settings:
    """Read the settings file, the environment and the secret files, in that order.

    Without *path*, PARUTION_CONFIG names the file, or config/parution.toml is read when
    it is there. Raises BadSetting naming the first wrong setting.
    """
    given = dict(os.environ if environment is None else environment)
    named = given.pop(f"{PREFIX}CONFIG", "")
    file = path or Path(named or "config/parution.toml")
    tree: dict[str, Any] = {}
    if file.is_file():
        tree = _read_file(file)
    elif path or named:
        raise BadSetting(
            worded("The settings file does not exist."),
            to=str(file),
            mend=worded("Name an existing file, or leave PARUTION_CONFIG out."),
        )
    origins = dict.fromkeys(_names(tree), str(file))
    for name, (value, origin) in _from_environment(given).items():
        _put(tree, name.lower().split("__"), value)
        origins[name.lower().replace("__", ".")] = origin
    folder = Path(str(tree.get("data_dir", Settings.model_fields["data_dir"].default)))
    found = _unsaid(kept.read(folder), tree)
    # What pages keep lies beneath whatever an operator says.
    origins = dict.fromkeys(_names(found), str(folder / kept.NAME)) | origins
    return checked(kept.beneath(found, tree)).came_from(origins)


def checked(tree: Mapping[str, Any]) -> Settings:
    """Raises BadSetting naming the first wrong setting."""
    try:
        return Settings.model_validate(tree)
    except ValidationError as error:
        raise _named(error) from None


def _unsaid(below: dict[str, Any], tree: Mapping[str, Any]) -> dict[str, Any]:
    """What was kept, without the sender where an operator names it by its other name."""
    said = tree.get("organisation", {})
    if "sender" in said and "from" in below.get("organisation", {}):
        organisation = dict(below["organisation"])
        del organisation["from"]
        return below | {"organisation": organisation}
    return below


def _read_file(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSetting(
            worded("The settings file cannot be read: %(error)s.", error=error),
            to=str(file),
            mend=worded("Correct the line that is named."),
        ) from error


def _names(tree: Mapping[str, Any], above: str = "") -> Iterator[str]:
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _names(value, f"{above}{name}.")
        else:
            yield f"{above}{name}"


def _from_environment(given: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Each setting's value, and the variable that gave it."""
    ours = {
        name.removeprefix(PREFIX): value
        for name, value in given.items()
        if name.startswith(PREFIX)
        and not name.startswith(f"{PREFIX}TEST_")
        and name != TOKEN
    }
    plain = {
        name: (value, PREFIX + name)
        for name, value in ours.items()
        if not name.endswith("_FILE")
    }
    for name, value in ours.items():
        if name.endswith("_FILE"):
            secret = _secret(PREFIX + name, Path(value))
            plain[name.removesuffix("_FILE")] = secret, PREFIX + name
    return plain


def _secret(name: str, file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(
            worded("The file that should hold this secret cannot be read."),
            to=f"{name}={file}",
            mend=worded("Check the path and who may read it."),
        ) from error


def _put(tree: dict[str, Any], path: list[str], value: str) -> None:
    *parents, last = path
    here = tree
    for parent in parents:
        below = here.setdefault(parent, {})
        if not isinstance(below, dict):
            raise BadSetting(
                worded(
                    "%(parent)s is a single setting and has nothing below it.",
                    parent=f"{parent!r}",
                ),
                to=PREFIX + "__".join(path).upper(),
                mend=worded("See config/parution.toml for the settings there are."),
            )
        here = below
    here[last] = value


def _named(error: ValidationError) -> BadSetting:
    first = error.errors(include_url=False, include_input=False)[0]
    path = [str(part) for part in first["loc"]]
    name = PREFIX + "__".join(path).upper()
    if first["type"] == "extra_forbidden":
        return BadSetting(
            worded("There is no such setting."),
            to=name,
            mend=worded("See config/parution.toml for the settings there are."),
        )
    # Never the value: it may be a secret.
    return BadSetting(
        worded(
            "This setting is wrong: %(value)s.",
            value=first["msg"].removeprefix("Value error, "),
        ),
        to=name,
        mend=worded("Correct it in the environment or in config/parution.toml."),
    )

"""Settings are read once, at start: a file, then the environment, then files of secrets.

What was set on screen stands below them all (`kept`).
"""

import os
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from core.errors import BadSetting
from core.settings import kept
from core.settings.faults import PREFIX, Wrong, of_validation, stop
from core.settings.office import Settings
from core.wording import Worded, worded

# A person's own token, for the commands that ask who they are: no setting of the office.
TOKEN = f"{PREFIX}TOKEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What was found: the settings, or all that is wrong with them."""

    settings: Settings | None
    wrong: Sequence[Wrong] = ()
    origins: Mapping[str, str] = field(default_factory=dict)
    # As they were given, whatever else is wrong: only the channels themselves know theirs.
    channels: Mapping[str, Any] = field(default_factory=dict)


def load(
    *, path: Path | None = None, environment: Mapping[str, str] | None = None
) -> Settings:
    """Read the settings file, the environment and the secret files, in that order.

    Without *path*, PARUTION_CONFIG names the file, or config/parution.toml is read when
    it is there. Raises BadSetting naming the first wrong setting.
    """
    found = read(path=path, environment=environment)
    if found.settings is None:
        raise stop(found.wrong)
    return found.settings


def read(
    *, path: Path | None = None, environment: Mapping[str, str] | None = None
) -> Read:
    """As `load`, naming everything that is wrong; raises nothing."""
    given = dict(os.environ if environment is None else environment)
    named = given.pop(f"{PREFIX}CONFIG", "")
    file = path or Path(named or "config/parution.toml")
    wrong: list[Wrong] = []
    tree = _from_file(file, is_named=bool(path or named), wrong=wrong)
    origins = dict.fromkeys(_names(tree), str(file))
    for name, (value, origin) in _from_environment(given, wrong).items():
        key = name.lower().replace("__", ".")
        origins[key] = origin
        _put(tree, key.split("."), value, origin=origin, wrong=wrong)
    folder = Path(str(tree.get("data_dir", Settings.model_fields["data_dir"].default)))
    found = _kept(folder, tree, wrong)
    # What pages keep lies beneath whatever an operator says.
    origins = dict.fromkeys(_names(found), str(folder / kept.NAME)) | origins
    whole = kept.beneath(found, tree)
    settings: Settings | None = None
    try:
        settings = Settings.model_validate(whole).came_from(origins, _files(given))
    except ValidationError as error:
        wrong += of_validation(error, Settings, origins=origins)
    channels = whole.get("channels")
    return Read(
        settings=None if wrong else settings,
        wrong=wrong,
        origins=origins,
        channels=channels if isinstance(channels, dict) else {},
    )


def _kept(folder: Path, tree: Mapping[str, Any], wrong: list[Wrong]) -> dict[str, Any]:
    try:
        return _unsaid(kept.read(folder), tree)
    except BadSetting as error:
        wrong.append(_of_file(error))
        return {}


def checked(tree: Mapping[str, Any]) -> Settings:
    """Raises BadSetting naming the first wrong setting."""
    try:
        return Settings.model_validate(tree)
    except ValidationError as error:
        raise stop(of_validation(error, Settings, origins={})) from None


def _unsaid(below: dict[str, Any], tree: Mapping[str, Any]) -> dict[str, Any]:
    """What was kept, without the sender where an operator names it by its other name."""
    said = tree.get("organisation", {})
    if "sender" in said and "from" in below.get("organisation", {}):
        organisation = dict(below["organisation"])
        del organisation["from"]
        return below | {"organisation": organisation}
    return below


def _from_file(file: Path, *, is_named: bool, wrong: list[Wrong]) -> dict[str, Any]:
    if not file.is_file():
        if is_named:
            wrong.append(
                Wrong(
                    key="",
                    origin=str(file),
                    what=worded("The settings file does not exist."),
                    mend=worded("Name an existing file, or leave PARUTION_CONFIG out."),
                )
            )
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        wrong.append(
            Wrong(
                key="",
                origin=str(file),
                what=worded(
                    "The settings file cannot be read: %(error)s.", error=error
                ),
                mend=worded("Correct the line that is named."),
            )
        )
        return {}


def _of_file(error: BadSetting) -> Wrong:
    return Wrong(
        key="", origin=error.to, what=Worded(error.what), mend=Worded(error.mend)
    )


def _names(tree: Mapping[str, Any], above: str = "") -> Iterator[str]:
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _names(value, f"{above}{name}.")
        else:
            yield f"{above}{name}"


def _from_environment(
    given: Mapping[str, str], wrong: list[Wrong]
) -> dict[str, tuple[str, str]]:
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
            try:
                secret = Path(value).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError):
                wrong.append(_unread(PREFIX + name, value))
                continue
            plain[name.removesuffix("_FILE")] = secret, PREFIX + name
    return plain


def _files(given: Mapping[str, str]) -> dict[str, Path]:
    """The file that holds a setting's value, where it has one."""
    return {
        name.removeprefix(PREFIX).removesuffix("_FILE").lower().replace("__", "."): (
            Path(value)
        )
        for name, value in given.items()
        if name.startswith(PREFIX) and name.endswith("_FILE")
    }


def _unread(variable: str, path: str) -> Wrong:
    return Wrong(
        key="",
        origin=f"{variable}={path}",
        what=worded("The file that should hold this secret cannot be read."),
        mend=worded("Check the path and who may read it."),
    )


def _put(
    tree: dict[str, Any],
    path: list[str],
    value: str,
    *,
    origin: str,
    wrong: list[Wrong],
) -> None:
    *parents, last = path
    here = tree
    for parent in parents:
        below = here.setdefault(parent, {})
        if not isinstance(below, dict):
            wrong.append(
                Wrong(
                    key=".".join(path),
                    origin=origin,
                    what=worded(
                        "%(parent)s is a single setting and has nothing below it.",
                        parent=f"{parent!r}",
                    ),
                    mend=worded("See config/parution.toml for the settings there are."),
                )
            )
            return
        here = below
    here[last] = value

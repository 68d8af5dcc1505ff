"""Finds the members of an extension folder: one file, one member."""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any


def members(folder: ModuleType, kind: str) -> Mapping[str, type[Any]]:
    """Collect the class each module in *folder* offers under the name *kind*.

    A module without that name (the base module, for one) is passed over. Raises
    ValueError when two members have the same `name`.
    """
    found: dict[str, type[Any]] = {}
    for info in iter_modules(folder.__path__, f"{folder.__name__}."):
        module = import_module(info.name)
        member = vars(module).get(kind)
        if member is None or member.__module__ != module.__name__:
            continue
        if "name" not in vars(member):
            # The folder's own Protocol has the kind's name and is not a member.
            continue
        if member.name in found:
            raise ValueError(f"two {kind}s are called {member.name!r}")
        found[member.name] = member
    return found

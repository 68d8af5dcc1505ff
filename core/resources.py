"""Finds the data folders: beside the source tree, or packed in the wheel."""

from pathlib import Path

_ROOT = Path(__file__).parents[1]


def folder(name: str) -> Path:
    """The folder `templates`, `config` or `docs`. Raises FileNotFoundError when it was not shipped."""
    for candidate in (_ROOT / name, _ROOT / "app" / f"_{name}"):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"the folder {name!r} was not shipped with Parution")

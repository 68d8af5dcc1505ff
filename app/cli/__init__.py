"""Commands, one file per subject. A new file here is a new subject; copy `detect`.

Each module offers `commands` (a typer application). Its `info.name` is the subject; a
module whose application has no name adds its commands at the top level.
"""

import gc
import sys
from importlib import import_module
from pkgutil import iter_modules
from typing import Final

import typer

from core.errors import BadInput, OfficeError

# Asked for so often that it does not wait for the other subjects to be read.
_ALONE: Final = frozenset({"healthcheck"})


def build(asked: str = "") -> typer.Typer:
    """All commands; of one that can be read alone, only that."""
    root = typer.Typer(
        name="parution",
        help="A self-hosted press office.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
    )
    for info in iter_modules(__path__, f"{__name__}."):
        if asked in _ALONE and info.name.rpartition(".")[2] != asked:
            continue
        commands = vars(import_module(info.name)).get("commands")
        if isinstance(commands, typer.Typer):
            root.add_typer(commands)
    return root


def main() -> None:
    """Run the command line. Exit status: 0 done, 1 could not, 2 bad input."""
    try:
        # What is read here stays: looking for garbage in it takes an eighth of the start.
        gc.disable()
        commands = build(*sys.argv[1:2])
        gc.freeze()
        gc.enable()
        commands()
    except OfficeError as error:
        typer.echo(str(error), err=True)
        sys.exit(2 if isinstance(error, BadInput) else 1)

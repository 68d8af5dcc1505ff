"""Commands, one file per subject. A new file here is a new subject; copy `detect`.

Each module offers `commands` (a typer application). Its `info.name` is the subject; a
module whose application has no name adds its commands at the top level.
"""

import sys
from importlib import import_module
from pkgutil import iter_modules

import typer

from core.errors import BadInput, OfficeError


def build() -> typer.Typer:
    root = typer.Typer(
        name="parution",
        help="A self-hosted press office.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
    )
    for info in iter_modules(__path__, f"{__name__}."):
        commands = vars(import_module(info.name)).get("commands")
        if isinstance(commands, typer.Typer):
            root.add_typer(commands)
    return root


def main() -> None:
    """Run the command line. Exit status: 0 done, 1 could not, 2 bad input."""
    try:
        build()()
    except OfficeError as error:
        typer.echo(str(error), err=True)
        sys.exit(2 if isinstance(error, BadInput) else 1)

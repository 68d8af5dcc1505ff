"""The settings there are: `parution settings`."""

import typer

commands = typer.Typer()


@commands.command()
def settings() -> None:
    """Print the settings file: every setting, what it means and its default."""
    from core.settings_file import settings_file

    typer.echo(settings_file(), nl=False)

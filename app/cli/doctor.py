"""What this office stands on, in plain words: `parution doctor`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import typer

from app.cli.edge import Json, show_list

if TYPE_CHECKING:
    from app.seeing.found import Found
    from core.i18n import Words
    from core.settings import Settings
    from core.settings.faults import Wrong

commands = typer.Typer()
_MARKS: Final = {"good": "✓", "warn": "!", "bad": "✗"}


@commands.command()
def doctor(as_json: Json = False) -> None:
    """Check what this office stands on, and say what to mend. Names every wrong setting.

    Ends with 1 when something must be mended.
    """
    from app.bootstrap import channel_faults
    from core import log
    from core.settings import read

    log.configure(level="error")
    found = read()
    wrong = [*found.wrong, *channel_faults(found.channels, found.origins)]
    if wrong or found.settings is None:
        _tell_wrong(wrong, as_json=as_json)
    else:
        _look(found.settings, as_json=as_json)


def _tell_wrong(wrong: "Sequence[Wrong]", *, as_json: bool) -> None:
    """Every fault of the settings; the office itself can be looked at when they are right."""
    if as_json:
        show_list([_row(one) for one in wrong], columns=(), as_json=True)
    else:
        for one in wrong:
            typer.echo(f"{_MARKS['bad']} {_place(one)}")
            typer.echo(f"    {one.what} {one.mend}")
    raise typer.Exit(1)


def _row(wrong: "Wrong") -> dict[str, object]:
    return {
        "check": "settings",
        "ok": False,
        "level": "bad",
        "found": str(wrong.what),
        "what": str(wrong.what),
        "mend": str(wrong.mend),
        "setting": wrong.key,
        "origin": wrong.origin,
    }


def _place(wrong: "Wrong") -> str:
    if not wrong.key:
        return wrong.origin
    # A variable that bears the setting's own name says enough.
    if wrong.origin in {"", wrong.variable}:
        return wrong.variable if wrong.origin else wrong.key
    return f"{wrong.origin}: {wrong.key}"


def _look(settings: "Settings", *, as_json: bool) -> None:
    from app.bootstrap import open_office
    from app.checkup import examine
    from app.cli.edge import speaking, trouble_named
    from core.errors import OfficeError

    try:
        with trouble_named(), open_office(settings) as office:
            found = examine(office, thorough=True)
            said = speaking(office)
    except OfficeError as error:
        _tell_unopened(error, as_json=as_json)
        return
    if as_json:
        show_list([_told(one, said) for one in found], columns=(), as_json=True)
    else:
        _print(found, said)
    if not all(one.ok for one in found):
        raise typer.Exit(1)


def _tell_unopened(error: "Exception", *, as_json: bool) -> None:
    if as_json:
        row = {"check": "start", "ok": False, "level": "bad", "found": str(error)}
        show_list([row], columns=(), as_json=True)
    else:
        typer.echo(f"{_MARKS['bad']} {error}")
    raise typer.Exit(1)


def _told(found: "Found", said: "Words") -> dict[str, object]:
    from app.seeing.found import in_words

    return {
        "check": found.check,
        "ok": found.ok,
        "level": str(found.level),
        "found": found.found,
        "what": _plain(in_words(found.what, found.values, said)),
        "mend": _plain(in_words(found.mend, found.values, said)),
    }


def _print(found: "Sequence[Found]", said: "Words") -> None:
    """The worst last, where the eye is."""
    order = ["good", "warn", "bad"]
    for one in sorted(found, key=lambda one: order.index(one.level)):
        row = _told(one, said)
        typer.echo(f"{_MARKS[one.level]} {row['what']}")
        if one.level != "good" and one.found not in str(row["what"]):
            typer.echo(f"    {one.check}: {one.found}")
        if row["mend"]:
            typer.echo(f"    → {row['mend']}")


def _plain(sentence: str) -> str:
    """Without the signs that keep a name's direction on a screen."""
    return sentence.replace("\u2068", "").replace("\u2069", "")

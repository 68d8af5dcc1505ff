"""Releases in the public newsroom: `parution release publish` and `withdraw`."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.edge import Json, office, show_one
from app.cli.signing import Token, asked, who
from core.errors import BadInput

if TYPE_CHECKING:
    from app.bootstrap import Office
    from distributor.models import Publication
    from distributor.newsroom.copying import Caption
    from distributor.newsroom.publishing import Wish

ReleaseId = Annotated[int, typer.Argument(metavar="ID")]
_PICTURES_SECONDS = 60


def publish(
    release_id: ReleaseId,
    *,
    at: Annotated[
        str, typer.Option(help="Wall time it shows from; at once without it.")
    ] = "",
    with_dispatch: Annotated[
        int, typer.Option(help="Show it when this dispatch begins to leave.")
    ] = 0,
    credit: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE=NAME", help="Whose a picture is."),
    ] = None,
    alternative: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE=WORDS", help="What a picture shows."),
    ] = None,
    note: Annotated[str, typer.Option(help="A note for the office.")] = "",
    token: Token = "",
    as_json: Json = False,
) -> None:
    """Put a release in the newsroom, or ask for it where you may not decide."""
    from core.releases import found_release
    from distributor.newsroom import pictures, publishing

    given = asked(token)
    captions = _captions(credit or (), alternative or ())
    with office() as opened:
        wish = _wish(opened, at, with_dispatch, note=note, captions=captions)
        with opened.database.read() as session:
            found_release(session, release_id)
            shown = publishing.pictures_of(session, release_id)
        drawn = (
            opened.bounded.run(pictures.redraw, shown, seconds=_PICTURES_SECONDS)
            if shown
            else ()
        )
        with opened.database.write() as session:
            made = publishing.put(
                session,
                found_release(session, release_id),
                wish,
                pictures=drawn,
                account=who(session, given),
                settings=opened.settings,
                now=opened.clock.now(),
            )
            row = _row(made)
    show_one(row, as_json=as_json)


def withdraw(
    release_id: ReleaseId,
    *,
    because: Annotated[str, typer.Option(help="Why; only the office reads it.")],
    token: Token = "",
    as_json: Json = False,
) -> None:
    """Take a release out of the newsroom at once."""
    from distributor.newsroom import publishing

    given = asked(token)
    with office() as opened, opened.database.write() as session:
        row = _row(
            publishing.withdraw(
                session,
                release_id,
                account=who(session, given),
                because=because,
                now=opened.clock.now(),
            )
        )
    show_one(row, as_json=as_json)


def _wish(
    opened: "Office",
    at: str,
    with_dispatch: int,
    *,
    note: str,
    captions: "Mapping[str, Caption]",
) -> "Wish":
    from core.zones import parse_wall
    from distributor.newsroom.publishing import When, Wish

    if at and with_dispatch:
        raise BadInput(
            "An hour and a dispatch were both given.",
            to="at",
            mend="Give --at or --with-dispatch, not both.",
        )
    when = When.AT if at else When.NOW
    return Wish(
        when=When.WITH_DISPATCH if with_dispatch else when,
        wall=parse_wall(at) if at else None,
        zone=opened.settings.organisation.zone,
        dispatch_id=with_dispatch or None,
        note=note,
        captions=captions,
    )


def _captions(
    credits_given: Sequence[str], alternatives: Sequence[str]
) -> "Mapping[str, Caption]":
    from distributor.newsroom.copying import Caption

    names, said = _pairs(credits_given), _pairs(alternatives)
    return {
        name: Caption(alternative=said.get(name, ""), credit=names.get(name, ""))
        for name in {*names, *said}
    }


def _pairs(given: Sequence[str]) -> dict[str, str]:
    wrong = next((one for one in given if "=" not in one), None)
    if wrong is not None:
        raise BadInput(
            f"{wrong!r} does not name a file and what is said of it.",
            to="credit",
            mend='Write it like photo.jpg="Ministry, M. Alami".',
        )
    return dict(one.split("=", 1) for one in given)


def _row(made: "Publication") -> dict[str, Any]:
    return {
        "release": made.release_id,
        "slug": made.slug,
        "seal": made.seal,
        "publish_at": made.publish_at,
        "dispatch": made.dispatch_id,
        "asked_at": made.asked_at,
        "decided_at": made.decided_at,
        "withdrawn_at": made.withdrawn_at,
    }

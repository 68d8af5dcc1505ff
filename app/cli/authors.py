"""Who wrote: `parution coverage authors` and `parution coverage byline`."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.edge import Json, office, show_list, show_one, speaking
from app.cli.signing import OptionalToken, maybe_who

if TYPE_CHECKING:
    from app.reviews.authors import AuthorLine, Authors, WrittenArticle
    from core.i18n import Words
    from monitor.states import Decision

bylines = typer.Typer(
    name="byline", help="Whether a contact wrote an article, as a person says."
)

_BylineId = Annotated[
    int, typer.Argument(metavar="ID", help="See `parution coverage authors RELEASE`.")
]


def authors(
    release: Annotated[int, typer.Argument(help="The release's id.")],
    as_json: Json = False,
) -> None:
    """List whom a release reached: who wrote, whose outlet published, who stayed silent."""
    from app.reviews.authors import of_release

    with office() as opened:
        said = speaking(opened)
        with opened.database.read() as session:
            known = of_release(session, release)
    rows = list(_rows(known, said, as_json=as_json))
    show_list(
        rows,
        columns=["standing", "name", "outlet", "answer", "invited", "articles"],
        as_json=as_json,
    )
    if known.forgotten and not as_json:
        typer.echo(f"{known.forgotten} more were reached and erased since.", err=True)


@bylines.command()
def confirm(
    byline: _BylineId, *, token: OptionalToken = "", as_json: Json = False
) -> None:
    """Say that this contact wrote it; the same name at the same outlet is remembered."""
    from monitor.states import Decision

    _decide(byline, Decision.CONFIRMED, token, as_json=as_json)


@bylines.command()
def reject(
    byline: _BylineId, *, token: OptionalToken = "", as_json: Json = False
) -> None:
    """Say that somebody else wrote it; it is not proposed again for this name there."""
    from monitor.states import Decision

    _decide(byline, Decision.REJECTED, token, as_json=as_json)


def _decide(byline: int, decision: "Decision", token: str, *, as_json: bool) -> None:
    from monitor import authors as kept

    with office() as opened, opened.database.write() as session:
        account = maybe_who(session, token)
        article = kept.decide(
            session,
            byline,
            decision,
            by=account.name if account else "command line",
            now=opened.clock.now(),
        )
    show_one(
        {"byline": byline, "article": article, "decision": str(decision)},
        as_json=as_json,
    )


def _rows(
    known: "Authors", said: "Words", *, as_json: bool
) -> Iterator[Mapping[str, Any]]:
    for invited, lines in ((True, known.lines), (False, known.uninvited)):
        for line in lines:
            row = asdict(line) | {"standing": str(line.standing), "invited": invited}
            if not as_json:
                row["articles"] = _told(line, said)
            yield row


def _told(line: "AuthorLine", said: "Words") -> str:
    return "; ".join(_in_words(one, said) for one in line.articles)


def _in_words(one: "WrittenArticle", said: "Words") -> str:
    from core.reporting.reasons import in_words

    if one.byline is None:
        return f"{one.outlet}: {one.title}"
    why = ", ".join(in_words(reason, said) for reason in one.byline.reasons)
    sure = "sure" if one.byline.is_sure else one.byline.decision
    return f"{one.outlet}: {one.title} (by-line {one.byline.id}, {sure}: {why})"

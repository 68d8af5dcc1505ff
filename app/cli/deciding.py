"""What people say of coverage, and what the machine learns of it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.edge import Json, office, show_list, show_one
from core.errors import BadInput

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_BY = "command line"
Lines = Annotated[list[int], typer.Argument(help="Coverage lines, by their ids.")]


def register(lines: typer.Typer) -> None:
    lines.command()(confirm)
    lines.command()(reject)
    lines.command("take-back")(take_back)
    lines.command("backtest")(back_test)
    lines.command()(lessons)


def confirm(
    coverage: Lines,
    *,
    label: Annotated[
        str, typer.Option(help="The right label, where the machine's is wrong.")
    ] = "",
    copies: Annotated[
        bool, typer.Option("--copies", help="And the same text in other outlets.")
    ] = False,
) -> None:
    """Confirm proposals."""
    from monitor.coverage import label_named
    from monitor.states import Decision

    given = label_named(label) if label else None
    _decide(coverage, Decision.CONFIRMED, copies=copies, label=given)


def reject(
    coverage: Lines,
    *,
    because: Annotated[str, typer.Option(help="Why, in a few words.")] = "",
    code: Annotated[
        str, typer.Option("--as", help="Why, by one of the codes of docs/matching.md.")
    ] = "other",
    copies: Annotated[
        bool, typer.Option("--copies", help="And the same text in other outlets.")
    ] = False,
) -> None:
    """Reject proposals, with the reason: similar ones score lower from then on."""
    from monitor.states import Decision, Rejection

    if code not in set(Rejection):
        raise BadInput(
            f"There is no reason called {code!r}.",
            to="--as",
            mend=f"The reasons are: {', '.join(Rejection)}.",
        )
    _decide(
        coverage,
        Decision.REJECTED,
        copies=copies,
        because=because,
        rejection=Rejection(code),
    )


def take_back(coverage: Lines) -> None:
    """Make decided lines proposals again; the record keeps what was decided."""
    from monitor import coverage as kept

    def back(session: "Session", one: int, now: Any) -> None:
        kept.take_back(session, one, by=_BY, now=now)

    _each(coverage, back, said="is a proposal again")


def _decide(ids: list[int], decision: Any, *, copies: bool, **said: Any) -> None:
    from monitor import coverage as kept

    def settle(session: "Session", one: int, now: Any) -> None:
        also = kept.copies(session, one) if copies else ()
        for line in (one, *also):
            kept.decide(session, line, decision, by=_BY, now=now, **said)

    _each(ids, settle, said=f"is {decision}")


def _each(
    ids: list[int], act: Callable[["Session", int, Any], None], *, said: str
) -> None:
    """All of them or none; open proposals like them are scored again."""
    from monitor import learning

    with office() as opened, opened.database.write() as session:
        is_on = opened.settings.matching.lessons
        for one in ids:
            act(session, one, opened.clock.now())
            learning.rescore(session, one, is_on=is_on)
    for one in ids:
        typer.echo(f"Coverage line {one} {said}.")


def back_test(as_json: Json = False) -> None:
    """Show what the desk's decisions teach, and what other thresholds would have kept."""
    from dataclasses import asdict

    from monitor import learning

    with office() as opened, opened.database.read() as session:
        learnt = learning.learnt(session)
    row = asdict(learnt.test) | {
        "matching.belief": [asdict(one) for one in learnt.beliefs],
        "matching.own_words": [asdict(one) for one in learnt.own_words],
        "lowered": [asdict(one) for one in learnt.lowered],
    }
    show_one(row, as_json=as_json)


def lessons(as_json: Json = False) -> None:
    """List the open proposals that score lower because of what was rejected."""
    from dataclasses import asdict

    from monitor import learning

    with office() as opened, opened.database.read() as session:
        rows = [asdict(one) for one in learning.learnt(session).lowered]
    for row in rows:
        reason = row.pop("reason")
        row["rejected"] = reason.get("count", "")
        row["confirmed"] = reason.get("confirmed", "")
        row["because"] = reason.get("rejection", "")
    columns = ["coverage_id", "number", "score", "lowered", "rejected", "because"]
    show_list(rows, columns=[*columns, "title"], as_json=as_json)

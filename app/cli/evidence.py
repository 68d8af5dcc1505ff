"""What became of a dispatch, on paper: `parution dispatch proof`, verify, call-sheet, log."""

import json
import sys
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.edge import Json, office, show_list, show_one
from app.cli.signing import DispatchId, OptionalToken, maybe_who
from core.errors import BadInput, Conflict, Unavailable

if TYPE_CHECKING:
    from app.bootstrap import Office

Out = Annotated[
    Path | None, typer.Option(help="The file to write; the screen without it.")
]


class ProofFormat(StrEnum):
    CSV = "csv"
    JSON = "json"


class SheetFormat(StrEnum):
    CSV = "csv"
    HTML = "html"


class Reached(StrEnum):
    REACHED = "reached"
    NOT_REACHED = "not-reached"


def proof(
    dispatch_id: DispatchId,
    *,
    format_: Annotated[
        ProofFormat, typer.Option("--format", help="A table, or signed JSON.")
    ] = ProofFormat.JSON,
    out: Out = None,
) -> None:
    """Write who got it, when, how and what: the proof of distribution."""
    with office() as opened:
        content = (
            _signed(opened, dispatch_id)
            if format_ is ProofFormat.JSON
            else _table(opened, dispatch_id)
        )
    _write(content, out)


def proof_key(as_json: Json = False) -> None:
    """Print the public key that proofs of this office are checked with."""
    from core.signing import signing_key

    with office() as opened:
        key = signing_key(opened.settings.data_dir, opened.ids).public
    show_one({"algorithm": "Ed25519", "public_key": key}, as_json=as_json)


def verify(
    file: Annotated[Path, typer.Argument(help="A proof in JSON.")],
    *,
    key: Annotated[
        str, typer.Option(help="The office's public key; this office's without it.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Check a signed proof. Ends with 1 and names what was changed."""
    from core.signing import signing_key
    from distributor.sending import proof as proofs

    try:
        content = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            f"The file cannot be read: {error}.", to=str(file), mend="Check the path."
        ) from error
    public = key
    if not public:
        with office() as opened:
            public = signing_key(opened.settings.data_dir, opened.ids).public
    checked = proofs.check(content, public=public)
    row = {
        "holds": checked.holds,
        "signed": checked.signed,
        "changed": list(checked.changed),
    }
    show_one(row, as_json=as_json)
    if not checked.holds:
        raise Conflict(
            f"This proof was changed: {', '.join(checked.changed)}."
            if checked.changed
            else "This proof is not signed by that key.",
            to=str(file),
            mend="Ask the office that made it for the original.",
        )


def call_sheet(
    dispatch_id: DispatchId,
    *,
    format_: Annotated[
        SheetFormat | None, typer.Option("--format", help="A table or a page to print.")
    ] = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """List whom to call for a dispatch by hand, and what to say to each."""
    from distributor.sending import by_hand

    with office() as opened, opened.database.read() as session:
        calls = by_hand.call_sheet(session, dispatch_id, settings=opened.settings)
        rows = [asdict(one) for one in calls]
        title = f"{opened.settings.organisation.name}: {dispatch_id}"
    if format_ is None:
        show_list(
            rows,
            columns=["delivery_id", "name", "outlet", "phone", "language", "state"],
            as_json=as_json,
        )
        return
    texts = [{name: str(value) for name, value in row.items()} for row in rows]
    if format_ is SheetFormat.CSV:
        _write(_csv(texts, columns=list(by_hand.COLUMNS)), out)
        return
    _write(by_hand.page(calls, title=title), out)


def log(
    dispatch_id: DispatchId,
    delivery_id: Annotated[int, typer.Argument(metavar="DELIVERY")],
    reached: Reached,
    *,
    note: Annotated[str, typer.Option(help="What was said.")] = "",
    token: OptionalToken = "",
    as_json: Json = False,
) -> None:
    """Keep what came of a call of a dispatch by hand."""
    from distributor.sending import by_hand

    with office() as opened, opened.database.write(ledger=True) as session:
        account = maybe_who(session, token)
        kept = by_hand.log(
            session,
            dispatch_id,
            delivery_id,
            reached=reached is Reached.REACHED,
            note=note,
            by=account.name if account else "command line",
            ids=opened.ids,
            now=opened.clock.now(),
        )
        row = {"id": kept.id, "state": kept.state, "reason": kept.reason}
    show_one(row, as_json=as_json)


def _signed(opened: "Office", dispatch_id: int) -> str:
    from core.signing import signing_key
    from distributor.sending import proof as proofs

    key = signing_key(opened.settings.data_dir, opened.ids)
    with opened.database.read() as session:
        made = proofs.document(session, dispatch_id, key=key, now=opened.clock.now())
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def _table(opened: "Office", dispatch_id: int) -> str:
    from distributor.sending import proof as proofs

    with opened.database.read() as session:
        return _csv(
            list(proofs.rows(session, dispatch_id)), columns=list(proofs.COLUMNS)
        )


def _csv(rows: list[dict[str, str]], *, columns: list[str]) -> str:
    from io import StringIO

    from core import safe_cells

    file = StringIO()
    safe_cells.write(file, columns=columns, rows=rows)
    return file.getvalue()


def _write(content: str, out: Path | None) -> None:
    if out is None:
        sys.stdout.write(content)
        return
    try:
        # As it is: a table keeps its own ends of lines.
        out.write_bytes(content.encode())
    except OSError as error:
        raise Unavailable(
            f"The file cannot be written: {error.strerror}.",
            to=str(out),
            mend="Choose a folder that may be written.",
        ) from error
    typer.echo(str(out))

"""What a contact row means beside what is known: new, changed, same or a conflict, and why."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from core.wording import worded
from distributor.contacts.importing.rows import ContactRow
from distributor.contacts.words import folded


class RowStatus(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    CONFLICT = "conflict"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A contact as it is kept: its fields by name, and the names of its lists."""

    values: Mapping[str, Any]
    lists: Collection[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    row: ContactRow
    status: RowStatus
    # Each field that changes: what it was, what it becomes.
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    # Stays unmailed, whatever the file says.
    is_suppressed: bool = False
    # The file says that the person opposes: importing suppresses the address.
    suppresses: bool = False
    what: str = ""
    mend: str = ""


def namesake_key(name: str, outlet: str) -> tuple[str, str] | None:
    """What makes two addresses look like one person; None when too little is known."""
    who, where = folded(name), folded(outlet)
    return (who, where) if who and where else None


def decide(
    row: ContactRow,
    *,
    known: Known | None,
    list_name: str,
    namesakes: Sequence[str],
    joined_to: str,
    is_suppressed: bool,
) -> Decision:
    """*namesakes* are other addresses of the same name at the same outlet.

    *joined_to* is the address that a merge joined this one to; empty where none did.
    """
    changes = _changes(row, known, list_name)
    if known is not None:
        status = RowStatus.CHANGED if changes else RowStatus.SAME
    elif joined_to or (namesakes and row.kind != "newsroom"):
        status = RowStatus.CONFLICT
    else:
        status = RowStatus.NEW
    what, mend = _conflict(row, namesakes, joined_to)
    is_conflict = status is RowStatus.CONFLICT
    return Decision(
        row=row,
        status=status,
        changes=changes,
        is_suppressed=is_suppressed,
        suppresses=row.consent == "opposed",
        what=what if is_conflict else "",
        mend=mend if is_conflict else "",
    )


def _conflict(
    row: ContactRow, namesakes: Sequence[str], joined_to: str
) -> tuple[str, str]:
    if joined_to:
        return (
            worded(
                "This address was joined to %(other)s: it is the same person.",
                other=joined_to,
            ),
            worded(
                "Remove the line, or import it as a contact of its own (--keep-both)."
            ),
        )
    what = worded(
        "%(name)s of %(outlet)s is already known as %(others)s.",
        name=row.name,
        outlet=row.outlet,
        others=", ".join(namesakes),
    )
    mend = worded(
        "Correct the address, or import both (--keep-both) and merge them if it is one person."
    )
    return what, mend


def _changes(
    row: ContactRow, known: Known | None, list_name: str
) -> Mapping[str, tuple[Any, Any]]:
    """An empty cell says nothing; it does not wipe what is known."""
    given: dict[str, Any] = {
        "name": row.name,
        "kind": row.kind,
        "languages": list(row.languages),
        "outlet": row.outlet,
        "beats": list(row.beats),
        "phone": row.phone,
        "provenance": row.provenance,
        "consent": row.consent if row.consent == "given" else "",
        "quiet_from": row.quiet_from,
        "quiet_until": row.quiet_until,
    }
    before = known.values if known else {}
    if before.get("provenance") and not row.provenance_is_said:
        # Where a contact first came from is not unsaid by a file that does not say.
        del given["provenance"]
    changes = {
        name: (before.get(name), value)
        for name, value in given.items()
        if value and before.get(name) != value
    }
    lists = sorted(known.lists) if known else []
    if list_name not in lists:
        changes["lists"] = (lists, sorted([*lists, list_name]))
    return changes

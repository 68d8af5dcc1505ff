"""Listens to every writing transaction and writes what it changed into the journal, inside it.

flush or statement -> changes -> lines -> at the commit, the chain. So no page and no
command has to remember to tell, and what is rolled back was never told.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    Delete,
    Insert,
    Result,
    Select,
    Table,
    Update,
    func,
    select,
    tuple_,
)
from sqlalchemy.orm import (
    InstanceState,
    ORMExecuteState,
    Session,
    SessionTransaction,
    UOWTransaction,
)

from core.clock import Clock
from core.db import Base, Database
from core.journal import chain
from core.journal.actor import JOB, actor
from core.journal.telling import Act, Change, Line, Told, counted, gathered, line_of

_KEPT: Final = "journal"
# A statement that changes more rows is told by their number.
_MOST_ROWS: Final = 50


@dataclass(slots=True)
class _Pending:
    """What one transaction has to tell, and how much of it when each savepoint was made."""

    lines: list[Line] = field(default_factory=list)
    marks: dict[SessionTransaction, int] = field(default_factory=dict)


def note(
    session: Session,
    *,
    what: str,
    about: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Tell what no row shows, such as that somebody signed in; written with the transaction."""
    line = Line(what=what, about=about, before=before or {}, after=after or {})
    _pending(session).lines.append(line)


def _pending(session: Session) -> _Pending:
    found: _Pending = session.info.setdefault(_KEPT, _Pending())
    return found


class Journal:
    """Tells by *plan*, a table's name to how its rows are told; other tables have no line."""

    def __init__(self, *, plan: Mapping[str, Told], clock: Clock, key: str) -> None:
        self._plan = plan
        self._clock = clock
        self._key = key.encode()

    def listen(self, database: Database) -> None:
        database.listen("after_flush", self._flushed)
        database.listen("do_orm_execute", self._executed)
        database.listen("after_transaction_create", self._began)
        database.listen("after_soft_rollback", self._rolled_back)
        database.listen("before_commit", self._committing)

    def _told(self, table: str) -> Told | None:
        told = self._plan.get(table)
        if told is None or (actor().via == JOB and not told.by_jobs):
            return None
        return told

    def _flushed(self, session: Session, work: UOWTransaction) -> None:
        changes = [
            (_change_of(state, is_gone=is_gone), told)
            for state, (is_gone, is_listed_only) in work.states.items()
            if not is_listed_only and (told := self._told(_table_of(state))) is not None
        ]
        # What others belong to comes first, whatever order they were written in.
        for change, told in sorted(changes, key=lambda one: _place(one[0].table)):
            self._tell(session, change, told)

    def _tell(self, session: Session, change: Change, told: Told) -> None:
        line = line_of(change, told, key=self._key)
        if line is not None:
            _pending(session).lines.append(line)

    def _executed(self, state: ORMExecuteState) -> Result[Any] | None:
        """A statement that changes rows without their objects."""
        statement = state.statement
        if not isinstance(statement, Insert | Update | Delete):
            return None
        # The table itself: a statement of the ORM holds one that stands for its class.
        table = Base.metadata.tables.get(getattr(statement.table, "name", ""))
        told = self._told(table.name) if table is not None else None
        if told is None or table is None:
            return None
        many = state.parameters if isinstance(state.parameters, list) else None
        if isinstance(statement, Insert) or many is not None:
            act = Act.ADDED if isinstance(statement, Insert) else Act.CHANGED
            self._count(state.session, table, act, len(many or [{}]))
            return None
        return self._changed(state, statement, table, told)

    def _changed(
        self,
        state: ORMExecuteState,
        statement: Update | Delete,
        table: Table,
        told: Told,
    ) -> Result[Any]:
        session = state.session
        act = Act.CHANGED if isinstance(statement, Update) else Act.REMOVED
        found = select(table)
        if statement.whereclause is not None:
            found = found.where(statement.whereclause)
        before = _rows(session, table, found.limit(_MOST_ROWS + 1).with_for_update())
        if len(before) > _MOST_ROWS:
            rows = session.scalar(select(func.count()).select_from(found.subquery()))
            self._count(session, table, act, rows or 0)
            return state.invoke_statement()
        result = state.invoke_statement()
        keys = list(table.primary_key)
        again = select(table).where(tuple_(*keys).in_(list(before)))
        after = _rows(session, table, again) if before else {}
        for key, held in before.items():
            change = Change(
                table=table.name,
                key=key,
                act=act,
                before=held,
                after=after.get(key, {}),
            )
            self._tell(session, change, told)
        return result

    def _count(self, session: Session, table: Table, act: Act, rows: int) -> None:
        _pending(session).lines.append(counted(table.name, act, rows))

    def _began(self, session: Session, transaction: SessionTransaction) -> None:
        if transaction.nested:
            pending = _pending(session)
            pending.marks[transaction] = len(pending.lines)

    def _rolled_back(self, session: Session, transaction: SessionTransaction) -> None:
        pending = _pending(session)
        length = pending.marks.pop(transaction, None)
        if length is not None:
            del pending.lines[length:]

    def _committing(self, session: Session) -> None:
        # A savepoint ends inside the transaction that will tell of it.
        if session.in_nested_transaction():
            return
        session.flush()
        lines = session.info.pop(_KEPT, _Pending()).lines
        if lines:
            chain.append(session, gathered(lines), actor=actor(), at=self._clock.now())


def _change_of(state: InstanceState[Any], *, is_gone: bool) -> Change:
    columns = [one.key for one in state.mapper.column_attrs]
    held = {name: state.dict[name] for name in columns if name in state.dict}
    table = _table_of(state)
    key = tuple(
        state.dict.get(state.mapper.get_property_by_column(column).key)
        for column in state.mapper.primary_key
    )
    if is_gone:
        return Change(table=table, key=key, act=Act.REMOVED, before=held, after={})
    if state.key is None:
        return Change(table=table, key=key, act=Act.ADDED, before={}, after=held)
    before = dict(held)
    for name in columns:
        history = state.attrs[name].history
        if history.deleted:
            before[name] = history.deleted[0]
        elif history.added:
            # It was set without having been read.
            before.pop(name, None)
    return Change(table=table, key=key, act=Act.CHANGED, before=before, after=held)


def _table_of(state: InstanceState[Any]) -> str:
    return str(state.mapper.local_table.name)  # type: ignore[attr-defined] # ours are all tables


@cache
def _place(table: str) -> int:
    return [one.name for one in Base.metadata.sorted_tables].index(table)


def _rows(
    session: Session, table: Table, asked: Select[Any]
) -> Mapping[tuple[Any, ...], Mapping[str, Any]]:
    """By their keys."""
    names = [column.name for column in table.primary_key]
    found = session.execute(asked).mappings().all()
    return {tuple(row[name] for name in names): dict(row) for row in found}

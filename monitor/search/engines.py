"""Which index a database has."""

from types import ModuleType

from sqlalchemy.orm import Session

from monitor.search import postgres, sqlite


def engine(session: Session) -> ModuleType:
    shared = session.get_bind().dialect.name == "postgresql"
    return postgres if shared else sqlite

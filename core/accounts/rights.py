"""What each role may do. Decides."""

from collections.abc import Mapping
from enum import StrEnum

from core.models import Account
from core.values import Role


class Right(StrEnum):
    READ = "read"
    WRITE = "write"
    APPROVE = "approve"
    SEND = "send"
    WATCH = "watch"
    ADMINISTER = "administer"


RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.READER: frozenset({Right.READ}),
    Role.WRITER: frozenset({Right.READ, Right.WRITE}),
    Role.WATCHER: frozenset({Right.READ, Right.WATCH}),
    Role.VALIDATOR: frozenset(
        {Right.READ, Right.WRITE, Right.APPROVE, Right.SEND, Right.WATCH}
    ),
    Role.ADMINISTRATOR: frozenset(Right),
}


def may(account: Account, right: Right) -> bool:
    return account.disabled_at is None and right in RIGHTS[Role(account.role)]

"""People who work here: who they are, how they prove it, and what each role may do."""

from core.accounts.people import (
    add,
    by_name,
    by_token,
    change_role,
    disable,
    enable,
    give_token,
    invite,
    set_password,
    sign_in,
)
from core.accounts.rights import RIGHTS, Right, may

__all__ = [
    "RIGHTS",
    "Right",
    "add",
    "by_name",
    "by_token",
    "change_role",
    "disable",
    "enable",
    "give_token",
    "invite",
    "may",
    "set_password",
    "sign_in",
]

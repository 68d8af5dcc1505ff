"""A new password, typed twice: checked and hashed before anything is written."""

from typing import Final

from pydantic import BaseModel, Field

from app.bootstrap import Office
from app.web.sessions import hashing
from core.accounts import passwords
from core.accounts.passwords import Rules
from core.errors import BadInput
from core.wording import worded

_LONGEST: Final = 10_000  # of what may be typed; what is taken is shorter


class NewPassword(BaseModel):
    password: str = Field("", max_length=_LONGEST)
    password_again: str = Field("", max_length=_LONGEST)


def rules_of(office: Office) -> Rules:
    named = office.settings.organisation
    names = (named.name, named.name_ar, named.name_en)
    return Rules(least=office.settings.web.least_password, names=names)


def made(office: Office, form: NewPassword, *, name: str) -> str:
    """What is kept of it. Raises BadInput by field."""
    if form.password != form.password_again:
        raise BadInput(
            worded("The two passwords differ."),
            to="password_again",
            mend=worded("Type the same one twice."),
        )
    with hashing():
        return passwords.made(form.password, rules=rules_of(office), name=name)

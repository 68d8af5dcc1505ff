"""Who calls: a token in the header, and what it and its person may do together."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes

from app.api.limits import Turns
from app.api.limits import caller as caller_of
from app.bootstrap import Office
from core.accounts import Right, may
from core.errors import OfficeError
from core.journal import act_as
from core.journal.actor import API
from core.log import logger
from core.models import Account
from core.programs import tokens
from core.wording import worded

_log = logger("api")

_SCHEME: Final = "bearer"
_described = HTTPBearer(
    auto_error=False,
    scheme_name="token",
    description="A token of a person: made at /account/tokens or with `parution user "
    "token NAME --name PROGRAM --scope read`. Behind each call stands the scope it needs.",
)


class NotAuthenticated(OfficeError):
    code = "not-authenticated"


class NotAllowed(OfficeError):
    code = "not-allowed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A person, by a program of theirs."""

    office: Office
    account: Account
    token_id: int
    scopes: frozenset[str]

    @property
    def name(self) -> str:
        return self.account.name

    def require_scope(self, right: str) -> None:
        if right not in self.scopes:
            raise NotAllowed(
                worded("This token has no scope %(right)s.", right=f"{right!r}"),
                to="token",
                mend=worded("Make a token that has it, at /account/tokens."),
            )

    def may(self, right: str) -> bool:
        """Whether the token and its person both may."""
        return right in self.scopes and may(self.account, Right(right))

    def require(self, right: str) -> None:
        """Raises NotAllowed unless the token and its person both may."""
        self.require_scope(right)
        if not self.may(right):
            raise NotAllowed(
                worded(
                    "%(name)s may not do this: it needs the right %(right)s.",
                    name=self.name,
                    right=f"{right!r}",
                ),
                to="token",
                mend=worded("Ask an administrator of this office."),
            )


def authenticate(request: Request) -> Caller:
    """Raises NotAuthenticated and TooOften. Reads the header alone: the body of a stranger is not read."""
    office: Office = request.app.state.office
    scheme, _, said = request.headers.get("authorization", "").partition(" ")
    turns: Turns = request.app.state.turns
    now = office.clock.now()
    with office.database.read() as session:
        found = (
            tokens.by_token(session, said.strip(), now=now)
            if scheme.lower() == _SCHEME
            else None
        )
        if found is None:
            if said:
                _log.info("token.refused", from_address=caller_of(request))
                turns.count_wrong(caller_of(request))
            raise NotAuthenticated(
                worded("Nobody said who calls.")
                if not said
                else worded("This token is not good, or not any more."),
                to="Authorization",
                mend=worded(
                    "Send `Authorization: Bearer TOKEN` with a token made at /account/tokens."
                ),
            )
        caller = Caller(
            office=office,
            account=found.account,
            token_id=found.id,
            scopes=frozenset(found.scopes),
        )
        is_told = tokens.is_use_told(found, now=now)
    turns.count_call(caller.token_id)
    act_as(caller.name, via=API)
    if not is_told:
        with office.database.write() as session:
            tokens.tell_use(session, caller.token_id, now=now)
    return caller


async def _who(
    needs: SecurityScopes,
    request: Request,
    described: Annotated[HTTPAuthorizationCredentials | None, Depends(_described)],
) -> Caller:
    del described
    caller: Caller = request.state.caller
    for right in needs.scopes:
        caller.require(right)
    return caller


async def _signer(
    needs: SecurityScopes,
    request: Request,
    described: Annotated[HTTPAuthorizationCredentials | None, Depends(_described)],
) -> Caller:
    """Whether the person may sign is decided by the approval: it may be delegated."""
    del described
    caller: Caller = request.state.caller
    for right in needs.scopes:
        caller.require_scope(right)
    return caller


Reader = Annotated[Caller, Security(_who, scopes=[Right.READ])]
Writer = Annotated[Caller, Security(_who, scopes=[Right.WRITE])]
Sender = Annotated[Caller, Security(_who, scopes=[Right.SEND])]
Watcher = Annotated[Caller, Security(_who, scopes=[Right.WATCH])]
Administrator = Annotated[Caller, Security(_who, scopes=[Right.ADMINISTER])]
Signer = Annotated[Caller, Security(_signer, scopes=[Right.APPROVE])]

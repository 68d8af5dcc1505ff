"""The second factor: codes of an authenticator (RFC 6238), and ten codes for when it is lost.

Moments are the machine's own, as authenticators show real time.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import pyotp
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from core.accounts.models import RecoveryCode, SecondFactor
from core.errors import Conflict, NotFound
from core.ids import Ids, random_bytes
from core.keys import Vault
from core.models import Account
from core.wording import worded

CODES: Final = 10
_STEP_SECONDS: Final = 30
# A clock of a phone may be half a minute off.
_STEPS_AROUND: Final = 1
_SECRET_BYTES: Final = 20
_CODE_BYTES: Final = 10
_ISSUER: Final = "Parution"


def begin(
    session: Session, account: Account, *, vault: Vault, ids: Ids, now: datetime
) -> None:
    """A new secret, not asked for until its first right code. Raises Conflict."""
    row = _row(session, account.id)
    if row is not None and row.confirmed_at is not None:
        raise Conflict(
            worded("Your account has a second factor already."),
            to=account.name,
            mend=worded("Turn it off before you set up another one."),
        )
    secret = base64.b32encode(random_bytes(ids)[:_SECRET_BYTES]).decode()
    if row is None:
        row = SecondFactor(account_id=account.id, secret="", begun_at=now)
        session.add(row)
    row.secret, row.begun_at = vault.shut(secret), now
    session.flush()


def begun(session: Session, account_id: int, *, vault: Vault) -> str | None:
    """The secret that waits for its first code."""
    row = _row(session, account_id)
    if row is None or row.confirmed_at is not None:
        return None
    return _secret(row, vault)


def address_of(secret: str, name: str, *, office: str) -> str:
    """What the square code says to an authenticator."""
    issuer = office.replace(":", " ") or _ISSUER
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)


def confirm(
    session: Session,
    account_id: int,
    code: str,
    *,
    vault: Vault,
    ids: Ids,
    now: datetime,
) -> Sequence[str] | None:
    """Turn it on by its first right code; the recovery codes, or None for a wrong one."""
    row = _row(session, account_id)
    if row is None or row.confirmed_at is not None:
        raise NotFound(
            worded("No second factor is being set up."),
            to="code",
            mend=worded("Begin again on the page of your account."),
        )
    step = _step_of(_secret(row, vault), code, now)
    if step is None:
        return None
    row.confirmed_at, row.last_step = now, step
    return renew_codes(session, account_id, ids=ids)


def is_on(session: Session, account_id: int) -> bool:
    return (
        session.scalar(
            select(SecondFactor.id).where(
                SecondFactor.account_id == account_id,
                SecondFactor.confirmed_at.is_not(None),
            )
        )
        is not None
    )


def accept(
    session: Session, account_id: int, code: str, *, vault: Vault, now: datetime
) -> bool:
    """Whether *code* is right and was not used before; it is used up."""
    row = _row(session, account_id)
    if row is None or row.confirmed_at is None:
        return False
    step = _step_of(_secret(row, vault), code, now)
    if step is None:
        return _accept_recovery(session, account_id, code, now)
    # Of two who send one code at the same instant, one gets in.
    used = session.scalar(
        update(SecondFactor)
        .where(SecondFactor.id == row.id, SecondFactor.last_step < step)
        .values(last_step=step)
        .returning(SecondFactor.id)
        .execution_options(synchronize_session=False)
    )
    return used is not None


def renew_codes(session: Session, account_id: int, *, ids: Ids) -> Sequence[str]:
    """Ten new recovery codes, shown once; the old ones end."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes = [_code(ids) for _ in range(CODES)]
    session.add_all(
        RecoveryCode(account_id=account_id, digest=_digest(one)) for one in codes
    )
    session.flush()
    return codes


def codes_left(session: Session, account_id: int) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(RecoveryCode)
            .where(
                RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None)
            )
        )
        or 0
    )


def turn_off(session: Session, account_id: int) -> None:
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    session.execute(delete(SecondFactor).where(SecondFactor.account_id == account_id))


def _accept_recovery(
    session: Session, account_id: int, code: str, now: datetime
) -> bool:
    used = session.scalar(
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account_id,
            RecoveryCode.digest == _digest(code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
        .execution_options(synchronize_session=False)
    )
    return used is not None


def _row(session: Session, account_id: int) -> SecondFactor | None:
    return session.scalar(
        select(SecondFactor).where(SecondFactor.account_id == account_id)
    )


def _secret(row: SecondFactor, vault: Vault) -> str:
    secret = vault.open(row.secret)
    if secret is None:
        raise Conflict(
            worded("The second factor cannot be read with the keys of this office."),
            to="second factor",
            mend=worded("Ask an administrator to remove it, then set it up again."),
        )
    return secret


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """Which half minute *code* belongs to, among those around now."""
    given = "".join(code.split())
    here = int(now.timestamp()) // _STEP_SECONDS
    totp = pyotp.TOTP(secret)
    found = None
    for step in range(here - _STEPS_AROUND, here + _STEPS_AROUND + 1):
        made = totp.generate_otp(step)
        if hmac.compare_digest(made.encode(), given.encode("utf-8", "replace")):
            found = step
    return found


def _code(ids: Ids) -> str:
    text = base64.b32encode(random_bytes(ids)[:_CODE_BYTES]).decode().lower()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def _digest(code: str) -> str:
    plain = "".join(filter(str.isalnum, code)).lower()
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()

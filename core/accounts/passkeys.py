"""Passkeys (WebAuthn): the key stays in the person's device, which asks who holds it.

The device checks a finger, a face or a code each time, so a passkey is both factors.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from core.accounts.models import Passkey
from core.errors import BadInput, NotFound
from core.models import Account
from core.wording import worded

MOST: Final = 10
_LONGEST_NAME: Final = 60
_MOST_CREDENTIAL: Final = 1_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where the keys belong: they work nowhere else."""

    host: str
    origin: str
    name: str


def wish_for_new(
    session: Session, account: Account, *, site: Site, challenge: bytes
) -> str:
    """What the browser is told, as JSON, to make a key for *account*."""
    there = listed(session, account.id)
    if len(there) >= MOST:
        raise BadInput(
            worded("You have 10 passkeys already."),
            to="passkey",
            mend=worded("Remove one that you do not use."),
        )
    options = generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_id=str(account.id).encode(),
        user_name=account.name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=_bytes(one.credential)) for one in there
        ],
    )
    return options_to_json(options)


def keep(
    session: Session,
    account_id: int,
    credential: str,
    *,
    name: str,
    site: Site,
    challenge: bytes,
    now: datetime,
) -> Passkey:
    """The key a device made for *challenge*. Raises BadInput."""
    try:
        verified = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError) as error:
        raise _unusable() from error
    if len(verified.credential_id) > _MOST_CREDENTIAL:
        raise _unusable()
    made = Passkey(
        account_id=account_id,
        name=_named(name),
        credential=_text(verified.credential_id),
        public_key=verified.credential_public_key,
        uses=verified.sign_count,
        created_at=now,
    )
    if _by_credential(session, made.credential) is not None:
        raise _unusable()
    session.add(made)
    session.flush()
    return made


def wish_to_enter(*, site: Site, challenge: bytes) -> str:
    """What the browser is told, as JSON, to show whose keys the device holds."""
    return options_to_json(
        generate_authentication_options(
            rp_id=site.host,
            challenge=challenge,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def owner(
    session: Session, credential: str, *, site: Site, challenge: bytes, now: datetime
) -> Account | None:
    """Who signed *challenge*; None when nobody of ours did."""
    try:
        read = parse_authentication_credential_json(credential)
    except (WebAuthnException, ValueError):
        return None
    row = _by_credential(session, _text(read.raw_id))
    if row is None:
        return None
    try:
        verified = verify_authentication_response(
            credential=read,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=row.public_key,
            credential_current_sign_count=row.uses,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError):
        return None
    return _entered(session, row, uses=verified.new_sign_count, now=now)


def listed(session: Session, account_id: int) -> Sequence[Passkey]:
    return session.scalars(
        select(Passkey)
        .where(Passkey.account_id == account_id)
        .order_by(Passkey.id)
        .limit(MOST)
    ).all()


def rename(session: Session, passkey_id: int, name: str, *, account_id: int) -> None:
    _own(session, passkey_id, account_id).name = _named(name)
    session.flush()


def remove(session: Session, passkey_id: int, *, account_id: int) -> None:
    session.delete(_own(session, passkey_id, account_id))
    session.flush()


def _entered(
    session: Session, row: Passkey, *, uses: int, now: datetime
) -> Account | None:
    # A key that counts and does not go on counting was copied.
    moved = session.scalar(
        update(Passkey)
        .where(Passkey.id == row.id, (Passkey.uses < uses) | (Passkey.uses == 0))
        .values(uses=uses, used_at=now)
        .returning(Passkey.id)
        .execution_options(synchronize_session=False)
    )
    account = session.get(Account, row.account_id)
    if moved is None or account is None or account.disabled_at is not None:
        return None
    return account


def _own(session: Session, passkey_id: int, account_id: int) -> Passkey:
    row = session.get(Passkey, passkey_id)
    if row is None or row.account_id != account_id:
        raise NotFound(
            worded("You have no such passkey."),
            to=f"passkey {passkey_id}",
            mend=worded("See the page of your account."),
        )
    return row


def _by_credential(session: Session, credential: str) -> Passkey | None:
    return session.scalar(select(Passkey).where(Passkey.credential == credential))


def _named(name: str) -> str:
    called = " ".join(name.split())
    if not 0 < len(called) <= _LONGEST_NAME or not called.isprintable():
        raise BadInput(
            worded("A passkey needs a name of at most 60 letters."),
            to="name",
            mend=worded("Name the device it is kept in."),
        )
    return called


def _unusable() -> BadInput:
    return BadInput(
        worded("This passkey cannot be used here."),
        to="passkey",
        mend=worded("Try again, or use another device."),
    )


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

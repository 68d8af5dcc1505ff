"""What the pages of passkeys share: where keys belong, and the challenge between two requests."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from fastapi import Request
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from app.web.addresses import passkey_site
from app.web.pages import Pages
from core.accounts import once
from core.accounts.once import Opened, Purpose
from core.accounts.passkeys import Site
from core.errors import BadInput
from core.wording import worded


class Made(BaseModel):
    """What a device answered to a wish, as its browser says it."""

    step: str = Field("", max_length=200)
    credential: str = Field("", max_length=20_000)


def step_of(
    pages: Pages,
    session: Session,
    purpose: Purpose,
    challenge: bytes,
    account_id: int | None = None,
) -> str:
    return once.make(
        session,
        purpose,
        ids=pages.office.ids,
        now=pages.office.timer.stamp(),
        account_id=account_id,
        kept={"challenge": urlsafe_b64encode(challenge).decode()},
    )


def challenge_of(opened: Opened | None, account_id: int | None) -> bytes:
    """What was to be signed, by whom. Raises BadInput when it was used or is too old."""
    if opened is None or opened.account_id != account_id:
        raise BadInput(
            worded("This passkey was not asked for, or too long ago."),
            to="passkey",
            mend=worded("Try again."),
        )
    return urlsafe_b64decode(opened.kept["challenge"])


def site_of(pages: Pages, request: Request) -> Site:
    """Raises BadInput where browsers take no passkeys."""
    site = passkey_site(pages.office.settings, request)
    if site is None:
        raise BadInput(
            worded("Passkeys need the office's own name and https."),
            to="web.public_url",
            mend=worded(
                "Open the office by the address of web.public_url, or by the name localhost on its own machine."
            ),
        )
    return site

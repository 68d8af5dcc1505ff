"""Writing a version by a program: told the seal it read, it replaces no words it never saw."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.errors import BadInput, Conflict
from core.models import Account, Release
from core.values import Language
from core.wording import worded
from distributor.releases import changing, editing
from distributor.releases.editing import Typed


def put_version(
    session: Session,
    release: Release,
    language: Language,
    *,
    title: str,
    body: str,
    seen: str,
    seal: str,
    by: Account,
    now: datetime,
) -> None:
    """Add or replace one language's text, and keep the one it had.

    *seen* is the release seal that its writer read. Raises Conflict where somebody else
    changed it meanwhile, or where it left already.
    """
    if not title.strip() or not body.strip():
        raise BadInput(
            worded("A version needs a title and a text."),
            to="body" if title.strip() else "title",
            mend=worded("Write both."),
        )
    changing.require(session, release.id, breaks_seals=True)
    there = next((one for one in release.versions if one.language == language), None)
    if there is not None and seen != seal:
        raise Conflict(
            worded("This version is there, and not as you read it.")
            if seen
            else worded("This version is there already."),
            to="seal",
            mend=worded("Read the release again, and send its seal with your text."),
        )
    typed = Typed(language=language, title=title, body=body, seal="")
    editing.write(session, release, typed, by=by, now=now)
    if there is not None:
        # What its file had and it has not says nothing of these words.
        there.dropped = []
    session.flush()

"""Writing a version of a release anew, as long as its text did not leave."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import BadInput, Conflict
from core.models import Release, Version
from core.values import Language
from core.wording import worded
from distributor.models import Dispatch


def put_version(
    session: Session,
    release: Release,
    language: Language,
    *,
    title: str,
    body: str,
    seen: str,
    seal: str,
) -> Version:
    """Add or replace one language's text. *seen* is the seal that its writer read.

    Raises Conflict where somebody else changed it meanwhile, or where it left already.
    """
    clean, text = " ".join(title.split()), body.strip()
    if not clean or not text:
        raise BadInput(
            worded("A version needs a title and a text."),
            to="body" if clean else "title",
            mend=worded("Write both."),
        )
    _require_unsent(session, release)
    there = next((one for one in release.versions if one.language == language), None)
    if there is None:
        there = Version(
            language=language.value, file_name=f"api.{language}.md", title="", body=""
        )
        release.versions.append(there)
    elif seen != seal:
        raise Conflict(
            worded("This version is there, and not as you read it.")
            if seen
            else worded("This version is there already."),
            to="seal",
            mend=worded("Read the release again, and send its seal with your text."),
        )
    there.title, there.body, there.dropped = clean, text, []
    session.flush()
    return there


def _require_unsent(session: Session, release: Release) -> None:
    left = session.scalar(
        select(Dispatch.id).where(
            Dispatch.release_id == release.id, Dispatch.started_at.is_not(None)
        )
    )
    if left is not None:
        raise Conflict(
            worded(
                "Release %(number)s left already, with dispatch %(left)s.",
                number=release.number,
                left=left,
            ),
            to="release",
            mend=worded("A text that left is not changed: make a correction of it."),
        )

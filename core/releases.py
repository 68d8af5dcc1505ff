"""A release as it is asked for: by its id, which may be nobody's."""

from sqlalchemy.orm import Session

from core.errors import NotFound
from core.models import Release
from core.wording import worded


def found_release(session: Session, release_id: int) -> Release:
    """Raises NotFound."""
    return _known(session.get(Release, release_id), release_id)


def locked_release(session: Session, release_id: int) -> Release:
    """For whoever changes it: read anew, and nobody else changes it meanwhile. Raises NotFound."""
    release = session.get(
        Release, release_id, with_for_update=True, populate_existing=True
    )
    return _known(release, release_id)


def _known(release: Release | None, release_id: int) -> Release:
    if release is None:
        raise NotFound(
            worded("There is no release %(release_id)s.", release_id=release_id),
            to="release",
            mend=worded(
                "Choose one of those there are: %(command)s lists them.",
                command="`parution release list`",
            ),
        )
    return release

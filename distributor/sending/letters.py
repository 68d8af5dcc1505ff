"""Letters: the version a delivery gets, composed once per dispatch and language."""

import hashlib
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, undefer

from core.db import Database
from core.keys import Links
from core.models import Attachment, Release, Version
from core.settings import Settings
from core.values import Language, ReleaseKind
from distributor.channels.base import File
from distributor.contacts import lists
from distributor.models import Dispatch
from distributor.sending import bodies, enclosures, headers, message, rendering
from distributor.sending.text import Parent, Picture, PressContact, Text
from distributor.states import COMPOSED, Purpose


class Letters:
    """Keeps what was composed until it is told to forget. Safe to use from many threads.

    *signs* says for each channel whether it signs what leaves.
    """

    def __init__(
        self,
        database: Database,
        *,
        settings: Settings,
        links: Links,
        signs: Mapping[str, bool] | None = None,
    ) -> None:
        self._database = database
        self._settings = settings
        self._links = links
        self._signs = signs or {}
        self._lock = threading.Lock()
        self._kept: dict[tuple[int, str, str], message.Letter] = {}

    def letter(
        self, dispatch_id: int, language: str, *, channel: str = ""
    ) -> message.Letter:
        """The letter as *channel* takes it, or the channel the dispatch uses now."""
        key = (dispatch_id, language, channel)
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                found = self._kept[key] = self._compose(dispatch_id, language, channel)
        return found

    def forget(self) -> None:
        with self._lock:
            self._kept.clear()

    def _compose(self, dispatch_id: int, language: str, channel: str) -> message.Letter:
        said = Language(language)
        with self._database.read() as session:
            dispatch = session.get_one(Dispatch, dispatch_id)
            signs = self._signs.get(channel or dispatch.channel, False)
            if dispatch.purpose in COMPOSED:
                cover, body = bodies.letter(
                    session, dispatch, said, settings=self._settings
                )
            else:
                text = read(session, dispatch, said, settings=self._settings)
                cover, body = text.cover, rendering.render(text, self._settings)
        return message.bind(cover, body, self._settings, links=self._links, signs=signs)


def read(
    session: Session, dispatch: Dispatch, language: Language, *, settings: Settings
) -> Text:
    """Everything that one language's letter of this dispatch says."""
    release = session.get_one(Release, dispatch.release_id)
    version = session.scalars(
        select(Version).where(
            Version.release_id == release.id, Version.language == language
        )
    ).one()
    choice = enclosures.choose(_candidates(session, release.id, language))
    files = _files(session, choice.travels)
    pictures = _pictures(version.body, files, settings)
    shown = {picture.file.name for picture in pictures}
    return Text(
        number=release.number,
        language=language,
        title=version.title,
        body=version.body,
        kind=ReleaseKind(release.kind),
        purpose=Purpose(dispatch.purpose),
        due_at=dispatch.due_at,
        zone=dispatch.zone,
        dispatch=str(dispatch.id),
        list_id=_list_id(dispatch),
        list_name=lists.name_of(session, dispatch.mailing_list_id),
        release_zone=release.zone,
        event_wall=release.event_wall,
        embargo_wall=release.embargo_wall,
        place=release.place,
        signatory=release.signatory,
        press_contact=PressContact(
            name=release.press_contact,
            phone=release.press_phone,
            email=release.press_email,
        ),
        parent=_parent(session, release, language),
        files=[one.file for name, one in files.items() if name not in shown],
        pictures=pictures,
        left_behind=[candidate.name for candidate in choice.left_behind],
    )


def _list_id(dispatch: Dispatch) -> str:
    if dispatch.mailing_list_id is None:
        return f"release-{dispatch.release_id}"
    return f"list-{dispatch.mailing_list_id}"


def _parent(session: Session, release: Release, language: Language) -> Parent | None:
    if release.parent_id is None:
        return None
    parent = session.get_one(Release, release.parent_id)
    titles = {version.language: version.title for version in parent.versions}
    title = titles.get(language) or next(iter(titles.values()), "")
    return Parent(number=parent.number, title=title)


def _candidates(
    session: Session, release_id: int, language: Language
) -> Sequence[enclosures.Candidate]:
    found = session.execute(
        select(
            Attachment.id, Attachment.role, Attachment.file_name, Attachment.size
        ).where(
            Attachment.release_id == release_id,
            or_(Attachment.language == "", Attachment.language == language),
        )
    )
    return [
        enclosures.Candidate(id=id_, role=role, name=name, size=size)
        for id_, role, name, size in found
    ]


def _files(
    session: Session, chosen: Sequence[enclosures.Candidate]
) -> Mapping[str, Picture]:
    """What each chosen file holds and shows, by its name."""
    ids = [candidate.id for candidate in chosen]
    rows = session.scalars(
        select(Attachment)
        .where(Attachment.id.in_(ids))
        .options(undefer(Attachment.content))
    )
    return {
        row.file_name: Picture(
            file=File(
                name=row.file_name, media_type=row.media_type, content=row.content
            ),
            alternative=row.alternative,
        )
        for row in sorted(rows, key=lambda row: ids.index(row.id))
    }


def _pictures(
    body: str, files: Mapping[str, Picture], settings: Settings
) -> Sequence[Picture]:
    """The files that the body shows; their names in the mail are made of their content."""
    domain = headers.domain(settings.organisation.sender)
    return [
        replace(
            files[name],
            file=replace(
                files[name].file,
                content_id=f"{_digest(files[name].file)[:24]}@{domain}",
            ),
        )
        for name in rendering.pictured(body)
        if name in files and files[name].file.media_type.startswith("image/")
    ]


def _digest(file: File) -> str:
    return hashlib.sha256(file.content).hexdigest()

"""Letters: the version a delivery gets, composed once per dispatch and language."""

import threading

from sqlalchemy import select

from core.db import Database
from core.keys import Links
from core.models import Release, Version
from core.settings import Settings
from core.values import Language
from distributor.models import Dispatch
from distributor.sending import message


class Letters:
    """Keeps what was composed until it is told to forget. Safe to use from many threads."""

    def __init__(self, database: Database, *, settings: Settings, links: Links) -> None:
        self._database = database
        self._settings = settings
        self._links = links
        self._lock = threading.Lock()
        self._kept: dict[tuple[int, str], message.Letter] = {}

    def letter(self, dispatch_id: int, language: str) -> message.Letter:
        key = (dispatch_id, language)
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                found = self._kept[key] = self._compose(dispatch_id, language)
        return found

    def forget(self) -> None:
        with self._lock:
            self._kept.clear()

    def _compose(self, dispatch_id: int, language: str) -> message.Letter:
        with self._database.read() as session:
            dispatch = session.get_one(Dispatch, dispatch_id)
            version, number = session.execute(
                select(Version, Release.number)
                .join(Release, Release.id == Version.release_id)
                .where(
                    Version.release_id == dispatch.release_id,
                    Version.language == language,
                )
            ).one()
            text = message.Text(
                number=number,
                language=Language(language),
                title=version.title,
                body=version.body,
                list_id=f"list-{dispatch.mailing_list_id}",
                due_at=dispatch.due_at,
                zone=dispatch.zone,
            )
        return message.compose(text, self._settings, self._links)

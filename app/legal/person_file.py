"""A person's own file: a ZIP with data.json for machines, and pages in their language."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from app.legal.person_document import lay_out
from app.legal.register import Controller
from app.telling.plain import plain
from core.i18n import words
from core.reporting.formats.html import render
from core.values import SCREENS, Language

NAME: Final = "data.zip"
MEDIA_TYPE: Final = "application/zip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Who answers for the data, when the file was made, and in whose zone its hours are."""

    controller: Controller
    made_at: datetime
    zone: str


def written(known: Mapping[str, Any], language: Language, made: Made) -> bytes:
    """The same data at the same moment is the same bytes."""
    # typst costs 60 MB, which only whoever draws pages shall pay.
    from core.reporting.formats.pdf import draw  # noqa: PLC0415

    said = words(language if language in SCREENS else Language.FRENCH)
    document = lay_out(
        known, said, controller=made.controller, made_at=made.made_at, zone=made.zone
    )
    data = json.dumps(plain(known), ensure_ascii=False, indent=1)
    return _zipped(
        {
            "index.html": render(document).encode("utf-8", "xmlcharrefreplace"),
            "index.pdf": draw(document, made_at=made.made_at),
            "data.json": data.encode("utf-8", "backslashreplace"),
        },
        made.made_at,
    )


def language_of(known: Mapping[str, Any], fallback: Language) -> Language:
    """The first language of the contact, else that of the last message, else *fallback*."""
    first = [one["contact"]["languages"][:1] for one in known["contacts"]]
    last = [[one["language"]] for one in known["deliveries"][-1:]]
    spoken = [one for some in (*first, *last) for one in some]
    return Language(spoken[0]) if spoken and spoken[0] in set(Language) else fallback


def _zipped(files: Mapping[str, bytes], made_at: datetime) -> bytes:
    made = made_at.astimezone(UTC)
    when = (made.year, made.month, made.day, made.hour, made.minute, made.second)
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as written_to:
        for name, content in files.items():
            written_to.writestr(
                ZipInfo(name, when), content, compress_type=ZIP_DEFLATED
            )
    return out.getvalue()

"""Seals: hashes that show that what leaves is what was approved.

An edition's or a notice's own seal covers what it is about, its bodies, their files and the
sender. The release seal covers versions, kind, number, parent, embargo, event, place, signatory,
press contact, attached files, mail templates and sender. The dispatch seal covers a release
seal, the frozen contacts, wall time, zone, channels in order, mode, purpose and seed
addresses. Names, greetings and signed links are outside: they differ for each recipient.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from core.models import Release
from core.settings import Organisation


def release_seal(
    release: Release,
    *,
    templates: Mapping[str, bytes],
    organisation: Organisation,
    declaration: str = "",
) -> str:
    """*declaration* stands at the foot of each mail; a seal without one is as it always was."""
    return _digest(
        {
            **({"declaration": declaration} if declaration else {}),
            "number": release.number,
            "kind": release.kind,
            "zone": release.zone,
            "embargo": _iso(release.embargo_wall),
            "event": _iso(release.event_wall),
            "parent": release.parent_id,
            "place": release.place,
            "signatory": release.signatory,
            "press": [
                release.press_contact,
                release.press_phone,
                release.press_email,
            ],
            "attachments": sorted(
                [
                    one.file_name,
                    one.language,
                    one.role,
                    one.media_type,
                    one.alternative,
                    one.digest,
                ]
                for one in release.attachments
            ),
            "versions": sorted(
                [version.language, version.title, version.body]
                for version in release.versions
            ),
            "templates": {
                name: hashlib.sha256(content).hexdigest()
                for name, content in templates.items()
            },
            "sender": _sender(organisation),
        }
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedBody:
    """One language's mail of an edition or a notice."""

    language: str
    subject: str
    plain: str
    page: str
    # Of each file its name, its media type and its content, in order.
    files: Sequence[tuple[str, str, bytes]] = ()


def body_seal(
    about: str, bodies: Iterable[SealedBody], *, organisation: Organisation
) -> str:
    """The contents themselves are hashed again: no digest beside them is believed."""
    return _digest(
        {
            "about": about,
            "bodies": sorted(
                [
                    one.language,
                    one.subject,
                    one.plain,
                    one.page,
                    [
                        [name, media_type, hashlib.sha256(content).hexdigest()]
                        for name, media_type, content in one.files
                    ],
                ]
                for one in bodies
            ),
            "sender": _sender(organisation),
        }
    )


def dispatch_seal(
    *,
    of_release: str,
    recipients: Iterable[tuple[str, str]],
    wall: datetime,
    zone: str,
    channels: Sequence[str],
    mode: str = "immediate",
    purpose: str = "release",
    seeds: Iterable[str] = (),
    reached_by: Iterable[int] = (),
) -> str:
    """*recipients* are pairs of an address key and a language, in any order.

    A correction has none: it covers the dispatches it reaches after, whoever they reach.
    """
    lines = hashlib.sha256()
    for line in sorted(f"{key}\t{language}\n" for key, language in recipients):
        lines.update(line.encode())
    return _digest(
        {
            "release": of_release,
            "recipients": lines.hexdigest(),
            "reached_by": sorted(reached_by),
            "seeds": sorted(seeds),
            # To the second: a dispatch without an hour leaves when its undo window ends.
            "wall": wall.isoformat(timespec="seconds"),
            "zone": zone,
            "channels": list(channels),
            "mode": mode,
            "purpose": purpose,
        }
    )


def template_bytes(folder: Path) -> Mapping[str, bytes]:
    """The mail templates as they are now, by file name."""
    return {
        path.name: path.read_bytes()
        for path in sorted(folder.iterdir())
        if path.is_file()
    }


def _sender(organisation: Organisation) -> list[str]:
    return [
        organisation.name,
        organisation.name_ar,
        organisation.name_en,
        organisation.sender,
        organisation.reply_to,
        organisation.return_path,
        organisation.postal_address,
    ]


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="minutes")


def _digest(value: Mapping[str, Any]) -> str:
    canonical = json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(canonical.encode()).hexdigest()

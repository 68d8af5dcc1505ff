"""The press kit of one release: its texts, signed PDF, annexes and pictures in one file.

The same bytes each time, so that a copy can be compared and a cache be right.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from core.i18n import Words
from distributor.models import PublishedFile
from distributor.newsroom.reading import Line

# What does not fit stands in the list of files with its address.
MOST_BYTES: Final = 60 * 1024 * 1024
_READ_BY_ALL: Final = 0o644 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """What goes in, chosen before any content is read."""

    lines: Sequence[Line]
    files: Sequence[PublishedFile]
    left_out: Sequence[PublishedFile]
    words: Words
    zone: str
    organisation: str

    @property
    def digest(self) -> str:
        """Changes when any byte of the kit would."""
        parts = [f"{one.language}\0{one.title}\0{one.body}" for one in self.lines]
        parts += [f"{one.file_name}\0{one.digest}\0{one.credit}" for one in self.files]
        parts += [self.words.language, self.organisation, str(self.lines[0].shown_at)]
        return sha256("\1".join(parts).encode()).hexdigest()


def choose(
    files: Sequence[PublishedFile], *, most: int = MOST_BYTES
) -> tuple[Sequence[PublishedFile], Sequence[PublishedFile]]:
    """Those that fit together and those that do not, the signed ones first."""
    ranked = sorted(files, key=lambda one: (_RANK[one.role], one.id))
    inside: list[PublishedFile] = []
    left: list[PublishedFile] = []
    for one in ranked:
        room = most - sum(found.size for found in inside)
        (inside if one.size <= room else left).append(one)
    return inside, left


def written(kit: Kit, content: Callable[[PublishedFile], bytes]) -> bytes:
    """The ZIP file. *content* reads one file's bytes."""
    made = BytesIO()
    when = kit.lines[0].shown_at.astimezone(UTC)
    with ZipFile(made, "w") as archive:
        for line in kit.lines:
            _add(archive, f"{line.slug}.{line.language}.md", _text(line, kit), when)
        for one in kit.files:
            _add(archive, f"{_FOLDERS[one.role]}/{one.file_name}", content(one), when)
        _add(archive, "LISEZMOI-README.txt", _credits(kit), when)
    return made.getvalue()


def _add(archive: ZipFile, name: str, content: bytes, when: datetime) -> None:
    entry = ZipInfo(name, when.timetuple()[:6])
    entry.external_attr = _READ_BY_ALL
    entry.create_system = 3
    # Pictures and PDFs are squeezed already.
    is_text = name.endswith((".md", ".txt"))
    entry.compress_type = ZIP_DEFLATED if is_text else ZIP_STORED
    archive.writestr(entry, content)


def _text(line: Line, kit: Kit) -> bytes:
    when = kit.words.moment(line.shown_at, kit.zone, "short")
    head = f"# {line.title}\n\n{kit.organisation} · {line.number} · {when}\n\n"
    return f"{head}{line.body.strip()}\n".encode()


def _credits(kit: Kit) -> bytes:
    """What each file is; of a picture, what it shows and whose name must stand beside it."""
    said = [kit.organisation, f"{kit.lines[0].number} · {kit.lines[0].title}", ""]
    said += list(_told(kit))
    return ("\r\n".join(said) + "\r\n").encode("utf-8-sig")


def _told(kit: Kit) -> Iterator[str]:
    _ = kit.words.gettext
    by = _("Credit: %(name)s")
    elsewhere = _("Too large for this file: see the page of the release.")
    for one in kit.files:
        yield f"{_FOLDERS[one.role]}/{one.file_name}"
        if one.alternative:
            yield f"    {one.alternative}"
        if one.credit:
            yield "    " + by % {"name": one.credit}
    for one in kit.left_out:
        yield f"{one.file_name}  {elsewhere}"


_RANK: Final = {"signed": 0, "annex": 1, "picture": 2}
_FOLDERS: Final = {"signed": "signed", "annex": "annexes", "picture": "pictures"}

"""Files that come in and go out: a sent one lies in a folder of its own while it is read."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import quote

from fastapi import Response, UploadFile

from app.bootstrap import Office
from distributor.releases.attaching import safe_name

# More than any file we read takes; each reader has its own limit, and names it.
MOST_BYTES: Final = 70_000_000
# What a route that answers with a file says of it.
ANY_FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The file.",
        "content": {"*/*": {"schema": {}}},
    }
}
A_REPORT: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "A report as JSON.",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
}


@contextmanager
def received(office: Office, file: UploadFile) -> Iterator[Path]:
    """The file under its own name, made safe and looked at; gone when it was read."""
    with TemporaryDirectory(prefix="parution-") as folder:
        path = Path(folder) / safe_name(file.filename or "")
        with path.open("wb") as kept:
            while part := file.file.read(1 << 20):
                kept.write(part)
        if office.settings.uploads.scanner:
            office.scanner.check(path.name, path.read_bytes())
        yield path


def told(report: Mapping[str, object]) -> Response:
    """A report as JSON. Half a pair of UTF-16, which others may write, is escaped in it."""
    return Response(json.dumps(report), media_type="application/json")


def download(content: str | bytes, *, name: str, media_type: str) -> Response:
    """A file to keep: what others made may not act as a page of ours."""
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    return Response(
        content,
        media_type=media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{plain}"; '
            f"filename*=UTF-8''{quote(name, safe='')}",
            "X-Content-Type-Options": "nosniff",
        },
    )

"""What a browser needs beside the pages: our own styles, scripts and fonts, kept as long as they last."""

import hashlib
from mimetypes import guess_type
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request, Response

from app.web.assets import DIGITS
from app.web.freshness import is_known, tagged
from app.web.pages import Pages
from core.errors import NotFound
from core.resources import folder
from core.wording import worded

# A file asked for by the beginning of its own hash never changes under that address.
_FOR_GOOD: Final = "public, max-age=31536000, immutable"
_ASKED_AGAIN: Final = "no-cache"
# What not every machine's table of kinds knows.
_KINDS: Final = {".woff2": "font/woff2", ".js": "text/javascript"}


def files_in(own: Path) -> dict[str, Path]:
    """The files of a folder by name; a link is left out, for it may lead anywhere."""
    return {
        path.name: path
        for path in own.iterdir()
        if path.is_file() and not path.is_symlink()
    }


def router(pages: Pages) -> APIRouter:
    del pages
    found = APIRouter(prefix="/static", include_in_schema=False)
    files_there = files_in(folder("templates") / "web" / "static")

    @found.get("/{name}")
    def one(request: Request, name: str, v: str = "") -> Response:
        """Only names that are listed, so that no path leads out of the folder."""
        path = files_there.get(name)
        if path is None:
            raise NotFound(
                worded("There is no such file."), to=name, mend=worded("Go back.")
            )
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        kept = _FOR_GOOD if v == digest[:DIGITS] else _ASKED_AGAIN
        headers = {"Cache-Control": kept, "ETag": tagged(digest)}
        if is_known(request, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        return Response(content, media_type=_kind(path), headers=headers)

    return found


def _kind(path: Path) -> str:
    return _KINDS.get(path.suffix) or guess_type(path.name)[0] or "text/plain"

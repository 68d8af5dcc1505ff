"""What a browser needs beside the pages: our own styles and scripts, fonts from wheels."""

from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse

from app.web.pages import Pages
from core.errors import NotFound
from core.resources import folder

_KEPT = {"Cache-Control": "public, max-age=604800"}


def _fonts() -> dict[str, Path]:
    latin = Path(str(files("fontpkg_ibm_plex_sans"))) / "files"
    arabic = Path(str(files("fontpkg_ibm_plex_sans_arabic"))) / "files"
    return {
        "plex-sans.ttf": latin / "IBMPlexSans[wdth,wght].ttf",
        "plex-arabic-regular.ttf": arabic / "IBMPlexSansArabic-Regular.ttf",
        "plex-arabic-semibold.ttf": arabic / "IBMPlexSansArabic-SemiBold.ttf",
    }


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
    fonts = _fonts()
    own = folder("templates") / "web" / "static"
    files_there = files_in(own)

    @found.get("/{name}")
    def one(name: str) -> FileResponse:
        """Only names that are listed, so that no path leads out of the folder."""
        path = fonts.get(name) or files_there.get(name)
        if path is None:
            raise NotFound("There is no such file.", to=name, mend="Go back.")
        return FileResponse(path, headers=_KEPT if name in fonts else None)

    return found

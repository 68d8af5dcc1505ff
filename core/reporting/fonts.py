"""Where the fonts of pages and pictures are: in wheels, so that every machine has the same.

IBM Plex has Latin and Arabic; DejaVu, which comes with matplotlib, has Tifinagh and the
rest, and "Last Resort" beside it a box for every sign there is.
"""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path


def folders() -> Sequence[Path]:
    """Raises FileNotFoundError when a package was taken away after installation."""
    return (
        _package("fontpkg_ibm_plex_sans") / "files",
        _package("fontpkg_ibm_plex_sans_arabic") / "files",
        _package("matplotlib") / "mpl-data" / "fonts" / "ttf",
    )


def drawn_with() -> Sequence[Path]:
    """The files that pictures take, the first that has a sign first."""
    latin, arabic, dejavu = folders()
    return (
        latin / "IBMPlexSans[wdth,wght].ttf",
        arabic / "IBMPlexSansArabic-Regular.ttf",
        dejavu / "DejaVuSans.ttf",
    )


def _package(name: str) -> Path:
    """The folder of a package, without the cost of importing it."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(f"the package {name} is not installed")
    return Path(spec.submodule_search_locations[0])

"""Makes an installed Parution small: what only builders and testers need goes, the rest is compiled.

    python requirements/slim.py PREFIX

PREFIX is the virtual environment that the image carries; run it with another Python than
that one, and once. Whoever adds a dependency looks at docs/decisions/0022 first.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

# Below site-packages: what goes, and why nothing misses it.
LEFT_OUT: Final[Mapping[str, str]] = {
    "*/**/tests": "tests of others",
    "*/**/*.pyi": "types are read by mypy, and by nobody here",
    "*/**/*.pxd": "for building against it",
    "*/**/*.pyx": "its source, beside what was built from it",
    "*/**/*.[ch]": "headers and sources in C",
    "*/**/*.a": "for building against it",
    "alembic/testing": "tests of others",
    "alembic/templates": "for starting a history; ours is started",
    "babel/locale-data/[!aefr]*.dat": "languages that no screen speaks; root, ar, en, fr stay",
    "babel/locale-data/a[!r]*.dat": "as above",
    "babel/locale-data/e[!n]*.dat": "as above",
    "babel/locale-data/f[!r]*.dat": "as above",
    "babel/locale-data/r[!o]*.dat": "as above",
    "babel/locale-data/ro[!o]*.dat": "as above",
    "babel/locale-data/ro.dat": "as above",
    "fontTools/[!m_]*/": "matplotlib reads the names of glyphs in it, and embeds no font",
    "fontTools/m[!i]*/": "as above",
    "fontTools/misc/*.so": "as above",
    "lxml/isoschematron": "a language of rules that nothing here uses",
    "lxml/objectify*.so": "XML as objects; we read it as elements",
    "matplotlib/backends/web_backend": "windows; charts are drawn to bytes",
    "matplotlib/backends/qt_editor": "as above",
    "matplotlib/backends/_tkagg*": "as above",
    "matplotlib/mpl-data/fonts/afm": "fonts of printers; ours come from fontpkg",
    "matplotlib/mpl-data/fonts/pdfcorefonts": "as above",
    "matplotlib/mpl-data/fonts/ttf/[!DL]*": "fonts of formulas; DejaVu and the last resort are asked for",
    "matplotlib/mpl-data/fonts/ttf/DejaVuS[!a]*": "as above",
    "matplotlib/mpl-data/fonts/ttf/DejaVuSans[!.]*": "as above",
    "matplotlib/mpl-data/images": "buttons of windows",
    "matplotlib/mpl-data/plot_directive": "for its own manual",
    "matplotlib/mpl-data/sample_data": "for its own manual",
    "matplotlib/mpl-data/stylelib": "looks of others",
    "numpy/f2py": "compiles Fortran",
    "PIL/_avif*.so": "pictures are read as PNG, JPEG and GIF only",
    "PIL/_imagingcms*.so": "as above",
    "PIL/_imagingft*.so": "draws letters; typst and matplotlib draw ours",
    "PIL/_imagingtk*.so": "windows",
    "PIL/_webp*.so": "pictures are read as PNG, JPEG and GIF only",
    "pillow.libs/lib{avif,brotli,freetype,harfbuzz,lcms2,png16,sharpyuv,webp}*": "as above",
    "sqlalchemy/testing": "tests of others",
}


def main(prefix: Path) -> None:
    (packages,) = prefix.glob("lib/python3.*/site-packages")
    for path in left_out(packages):
        remove(path)
    for name in ("include", "share"):
        remove(prefix / name)
    for path in (prefix / "bin").iterdir():
        # A shell's way in, and programs of others, which nobody calls here.
        if path.name != "parution" and not path.name.startswith("python"):
            remove(path)
    for path in prefix.rglob("__pycache__"):
        remove(path)
    strip(prefix)


def left_out(packages: Path) -> Iterator[Path]:
    for pattern in LEFT_OUT:
        for each in alternatives(pattern):
            yield from list(packages.glob(each))


def alternatives(pattern: str) -> list[str]:
    """`lib{a,b}*` as `liba*` and `libb*`."""
    before, brace, rest = pattern.partition("{")
    if not brace:
        return [pattern]
    inside, _, after = rest.partition("}")
    return [f"{before}{one}{after}" for one in inside.split(",")]


def remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def strip(prefix: Path) -> None:
    """Names that only a debugger reads; where binutils is absent, nothing.

    What a wheel brings along in its .libs was moved about by its builder, and a stripped one
    does not load any more.
    """
    program = shutil.which("strip")
    if program is None:
        return
    for path in prefix.rglob("*.so"):
        if not path.parent.name.endswith(".libs"):
            words = [program, "--strip-unneeded", path]
            subprocess.run(words, check=True)  # noqa: S603 - our own words


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Makes the small fonts of the pages from the whole ones in the wheels: `python docs/fonts.py`.

A first visit on a weak line loads them, so they hold only the signs and weights that pages
use. They are data in `templates/web/static`, and nothing makes them again by itself: WOFF2
needs a compressor that is in our locks by accident.
"""

import hashlib
import re
import sys
from io import BytesIO
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from core.reporting.fonts import folders

STATIC = Path(__file__).parents[1] / "templates" / "web" / "static"
_FEATURES = [
    "kern",
    "liga",
    "locl",
    "mark",
    "mkmk",
    "ccmp",
    "tnum",
    "init",
    "medi",
    "fina",
    "rlig",
    "isol",
    "calt",
    "rclt",
    "curs",
]
# Copyright and licence. Without its family names: the licence keeps "Plex" for the whole font.
_NAMES = [0, 13, 14]
_LATIN = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *range(0x218, 0x21C),
    *(0x2009, 0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2018, 0x2019, 0x201A),
    *(0x201C, 0x201D, 0x201E, 0x2020, 0x2022, 0x2026, 0x202F, 0x2030, 0x2039),
    *(0x203A, 0x20AC, 0x2116, 0x2122, 0x2190, 0x2191, 0x2192, 0x2193, 0x2212),
    *(0x2260, 0x2264, 0x2265),
]
_ARABIC = [*range(0x600, 0x700), *range(0x750, 0x780), 0xFDF2, *range(0x200C, 0x2010)]


def main() -> None:
    latin, arabic, *_ = folders()
    whole = subset_of(TTFont(latin / "IBMPlexSans[wdth,wght].ttf"), _LATIN)
    made = {
        "plex-sans.woff2": instancer.instantiateVariableFont(
            whole, {"wdth": 100, "wght": (400, 700)}
        )
    }
    for weight in ("Regular", "SemiBold"):
        font = TTFont(arabic / f"IBMPlexSansArabic-{weight}.ttf")
        made[f"plex-arabic-{weight.lower()}.woff2"] = subset_of(font, _ARABIC)
    style = STATIC / "parution.css"
    text = style.read_text(encoding="utf-8")
    for name, font in made.items():
        font.flavor = "woff2"
        font.recalcTimestamp = False
        content = BytesIO()
        font.save(content)
        (STATIC / name).write_bytes(content.getvalue())
        digest = hashlib.sha256(content.getvalue()).hexdigest()[:12]
        text = re.sub(
            rf"/static/{re.escape(name)}(\?v=\w+)?", f"/static/{name}?v={digest}", text
        )
        sys.stdout.write(f"{name} {len(content.getvalue())} bytes\n")
    style.write_text(text, encoding="utf-8")
    licence = latin.parent / "LICENSE"
    (STATIC / "plex-licence.txt").write_bytes(licence.read_bytes())


def subset_of(font: TTFont, signs: list[int]) -> TTFont:
    """The same font with these signs, without hints for old screens."""
    wanted = subset.Options(
        hinting=False, layout_features=_FEATURES, name_IDs=_NAMES, drop_tables=["meta"]
    )
    cutter = subset.Subsetter(wanted)
    cutter.populate(unicodes=signs)
    cutter.subset(font)
    made = BytesIO()
    font.save(made)
    made.seek(0)
    return TTFont(made, recalcTimestamp=False)


if __name__ == "__main__":
    main()

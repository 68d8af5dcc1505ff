"""A surface to draw on in points, from the start of a line: mirrored where that is the right.

Figures are made without pyplot, so that threads draw beside each other. What matplotlib
keeps for the whole process, its fonts and the salt of its ids, is set once and never changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Final, Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager, get_font
from matplotlib.patches import Rectangle

from core.reporting.fonts import drawn_with
from core.reporting.printable import bare

# Points: what an A4 page leaves between margins of 20 mm.
WIDTH: Final = 482.0
INK: Final = "#1c2430"
FAINT: Final = "#55606e"
RULE: Final = "#c9cdd3"
SIZE: Final = 9.0
SMALL: Final = 7.5

LEGEND_ROW: Final = 14.0
_SWATCH: Final = 14.0
_GAP: Final = 14.0
_EDGE: Final = 1.0
_POINTS_AN_INCH: Final = 72.0
_FAMILIES: Final = ("IBM Plex Sans", "IBM Plex Sans Arabic", "DejaVu Sans")
_NOWHERE: Final = "□"
# Words are measured so much larger than they are drawn, for widths are rounded to pixels.
_FINER: Final = 10

Place = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shade:
    """How a series is filled: told apart in grey by its lightness, then by its hatching."""

    fill: str
    on_it: str
    hatch: str = ""


_SHADES: Final = (
    Shade(fill="#0b5d57", on_it="#ffffff"),
    Shade(fill="#7fb8b1", on_it=INK),
    Shade(fill="#dcebe9", on_it=INK, hatch="////"),
    Shade(fill="#ffffff", on_it=INK),
    Shade(fill="#55606e", on_it="#ffffff", hatch="...."),
)


def shade(place: int) -> Shade:
    return _SHADES[place % len(_SHADES)]


class Canvas:
    """Draws in points; `x` counts from the start of a line, `y` from the top."""

    def __init__(self, height: float, *, mirrored: bool) -> None:
        self._height = height
        self._mirrored = mirrored
        self._figure = Figure(
            figsize=(WIDTH / _POINTS_AN_INCH, height / _POINTS_AN_INCH),
            dpi=_POINTS_AN_INCH,
        )
        FigureCanvasAgg(self._figure)
        self._axes: Axes = self._figure.add_axes((0.0, 0.0, 1.0, 1.0))
        self._axes.set_axis_off()
        self._axes.set_xlim(0, WIDTH)
        self._axes.set_ylim(height, 0)

    def bar(self, x: float, y: float, width: float, height: float, look: Shade) -> None:
        left = WIDTH - x - width if self._mirrored else x
        self._axes.add_patch(
            Rectangle(
                (left, y),
                width,
                height,
                facecolor=look.fill,
                edgecolor=INK if look.fill == "#ffffff" or look.hatch else "#ffffff",
                linewidth=0.5,
                hatch=look.hatch or None,
                hatch_linewidth=0.4,
                zorder=2,
            )
        )

    def line(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        *,
        colour: str = RULE,
        width: float = 0.6,
        dashed: bool = False,
    ) -> None:
        self._axes.plot(
            [self._across(start[0]), self._across(end[0])],
            [start[1], end[1]],
            color=colour,
            linewidth=width,
            linestyle=(0, (3, 2)) if dashed else "-",
            solid_capstyle="butt",
            # A rule stands behind the bars, a mark before them.
            zorder=3 if dashed else 1,
        )

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        place: Place = "start",
        size: float = SIZE,
        colour: str = INK,
        ground: str = "none",
    ) -> None:
        """Write on one line, its middle at *y*; dollars and backslashes are themselves.

        *ground* is a colour to stand on, where hatching would run through the words.
        """
        at = {
            "start": "right" if self._mirrored else "left",
            "middle": "center",
            "end": "left" if self._mirrored else "right",
        }
        self._axes.text(
            self._across(x),
            y,
            writable(text),
            ha=at[place],
            va="center_baseline",
            color=colour,
            fontproperties=_font(size),
            parse_math=False,
            bbox={"facecolor": ground, "edgecolor": "none", "pad": 0.8},
            zorder=4,
        )

    def svg(self) -> bytes:
        # Without a date, and with ids that depend on what is drawn alone.
        nameless = {"Date": None, "Creator": None, "Format": None, "Type": None}
        content = BytesIO()
        self._figure.savefig(content, format="svg", metadata=nameless)
        return content.getvalue()

    def png(self, dpi: int) -> bytes:
        content = BytesIO()
        nameless = {"Software": None}
        self._figure.savefig(content, format="png", dpi=dpi, metadata=nameless)
        return content.getvalue()

    def _across(self, x: float) -> float:
        return WIDTH - x if self._mirrored else x


def width_of(text: str, size: float = SIZE) -> float:
    """In points."""
    renderer = _measuring()
    width, _, _ = renderer.get_text_width_height_descent(  # type: ignore[no-untyped-call]
        writable(text), _font(size), ismath=False
    )
    return float(width) / _FINER


def shortened(text: str, room: float, size: float = SIZE) -> str:
    """As much of *text* as *room* takes, with an ellipsis where there is more."""
    if width_of(text, size) <= room:
        return text
    fits, beyond = 0, len(text)
    while beyond - fits > 1:
        middle = (fits + beyond) // 2
        if width_of(f"{text[:middle].rstrip()}…", size) <= room:
            fits = middle
        else:
            beyond = middle
    return f"{text[:fits].rstrip()}…"


def legend(names: Sequence[str]) -> Sequence[Sequence[tuple[float, int, str]]]:
    """Where the names of series stand, row by row: x of each, its place and its name."""
    rows: list[list[tuple[float, int, str]]] = [[]]
    x = _EDGE
    for place, name in enumerate(names):
        said = shortened(name, WIDTH / 2, SMALL)
        width = width_of(said, SMALL) + _SWATCH + _GAP
        if rows[-1] and x + width > WIDTH:
            rows.append([])
            x = _EDGE
        rows[-1].append((x, place, said))
        x += width
    return rows


def draw_legend(
    canvas: Canvas, rows: Sequence[Sequence[tuple[float, int, str]]], top: float
) -> None:
    for row, ones in enumerate(rows):
        middle = top + row * LEGEND_ROW + LEGEND_ROW / 2
        for x, place, name in ones:
            canvas.bar(x, middle - 4, 10, 8, shade(place))
            canvas.text(x + _SWATCH, middle, name, size=SMALL)


def writable(text: str) -> str:
    """*text* with a square for each sign that none of our fonts has."""
    known = _known_signs()
    return "".join(sign if ord(sign) in known else _NOWHERE for sign in bare(text))


@cache
def _measuring() -> RendererAgg:
    _prepared()
    return RendererAgg(1, 1, _POINTS_AN_INCH * _FINER)  # type: ignore[no-untyped-call]


@cache
def _font(size: float) -> FontProperties:
    _prepared()
    return FontProperties(family=list(_FAMILIES), size=size)


@cache
def _known_signs() -> frozenset[int]:
    return frozenset(
        code for path in drawn_with() for code in get_font(path).get_charmap()
    )


@cache
def _prepared() -> None:
    for path in drawn_with():
        fontManager.addfont(path)
    mpl.rcParams["svg.hashsalt"] = "parution"

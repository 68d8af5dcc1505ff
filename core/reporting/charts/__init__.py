"""Pictures of a report's charts, the same in every format: SVG with its text as paths, or PNG.

They print in grey and are read without their colours: values stand at the ends of bars,
series differ by lightness and hatching. In an Arabic document they run from the right.
"""

import pickle
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from core.i18n import Words, words
from core.reporting.charts import bars, hours
from core.reporting.charts.canvas import Canvas
from core.reporting.report import Chart, ChartForm

# Of some ten thousand bytes each.
_KEPT: Final = 256


def svg(chart: Chart, spoken: Sequence[Words], zone: str) -> bytes:
    """The same chart in the same words is the same bytes, so the last ones are kept."""
    key = pickle.dumps((chart, [one.language for one in spoken], zone))
    return _kept(key)


@lru_cache(maxsize=_KEPT)
def _kept(key: bytes) -> bytes:
    """A picture takes a tenth of a second to draw, and a page with it is opened again."""
    chart, languages, zone = pickle.loads(key)  # noqa: S301 - written just above
    return _drawn(chart, [words(one) for one in languages], zone).svg()


def png(chart: Chart, spoken: Sequence[Words], zone: str, *, dpi: int = 200) -> bytes:
    return _drawn(chart, spoken, zone).png(dpi)


def _drawn(chart: Chart, spoken: Sequence[Words], zone: str) -> Canvas:
    draw = hours.draw if chart.form is ChartForm.HOURS else bars.draw
    return draw(chart, spoken, zone)

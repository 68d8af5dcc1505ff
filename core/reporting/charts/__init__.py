"""Pictures of a report's charts, the same in every format: SVG with its text as paths, or PNG.

They print in grey and are read without their colours: values stand at the ends of bars,
series differ by lightness and hatching. In an Arabic document they run from the right.
"""

from collections.abc import Sequence

from core.i18n import Words
from core.reporting.charts import bars, hours
from core.reporting.charts.canvas import Canvas
from core.reporting.report import Chart, ChartForm


def svg(chart: Chart, spoken: Sequence[Words], zone: str) -> bytes:
    """The same chart in the same words is the same bytes."""
    return _drawn(chart, spoken, zone).svg()


def png(chart: Chart, spoken: Sequence[Words], zone: str, *, dpi: int = 200) -> bytes:
    return _drawn(chart, spoken, zone).png(dpi)


def _drawn(chart: Chart, spoken: Sequence[Words], zone: str) -> Canvas:
    draw = hours.draw if chart.form is ChartForm.HOURS else bars.draw
    return draw(chart, spoken, zone)

"""HTML: one page that stands alone, for a browser, a printer or a mail."""

from base64 import b64encode
from collections.abc import Callable, Sequence
from typing import ClassVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from core.i18n import Words
from core.reporting.charts import svg
from core.reporting.document import Document
from core.reporting.layout import lay_out
from core.reporting.report import Chart, Report
from core.resources import folder


class Format:
    name: ClassVar[str] = "html"
    suffix: ClassVar[str] = "html"
    media_type: ClassVar[str] = "text/html; charset=utf-8"

    def write(self, report: Report, spoken: Sequence[Words]) -> bytes:
        return render(lay_out(report, spoken)).encode()


def render(document: Document, *, template: str = "report.html") -> str:
    """The document as a page; with *template* "blocks.html" only what stands in one."""
    return _rendered(document, template, _drawing(document))


def without_pictures(document: Document) -> str:
    """For mail programs, which show no drawn picture: its words and numbers stay."""
    return _rendered(document, "mail.html", None)


def _rendered(
    document: Document, template: str, draw: Callable[[Chart], str] | None
) -> str:
    words = document.spoken[0]
    environment = Environment(
        loader=FileSystemLoader(folder("templates") / "report"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        words.gettext, words.ngettext, newstyle=True
    )
    return environment.get_template(template).render(document=document, draw=draw)


def _drawing(document: Document) -> Callable[[Chart], str]:
    """A picture as an address of its own: its styles are then no styles of the page."""

    def draw(chart: Chart) -> str:
        drawn = svg(chart, document.spoken, zone=document.zone)
        return f"data:image/svg+xml;base64,{b64encode(drawn).decode()}"

    return draw

"""HTML: one page that stands alone, for a browser, a printer or a mail."""

from collections.abc import Sequence
from typing import ClassVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from core.i18n import Words
from core.reporting.reasons import in_words
from core.reporting.report import Report
from core.resources import folder
from core.web.outward import outward


class Format:
    name: ClassVar[str] = "html"
    suffix: ClassVar[str] = "html"
    media_type: ClassVar[str] = "text/html; charset=utf-8"

    def write(self, report: Report, spoken: Sequence[Words]) -> bytes:
        return render(report, spoken[0]).encode()


def render(report: Report, words: Words) -> str:
    """The report's kind names its template."""
    environment = Environment(
        loader=FileSystemLoader(folder("templates") / "report"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["outward"] = outward
    environment.globals["in_words"] = in_words
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        words.gettext, words.ngettext, newstyle=True
    )
    return environment.get_template(f"{report.kind}.html").render(
        report=report, words=words
    )

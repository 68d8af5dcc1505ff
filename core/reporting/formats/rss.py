"""RSS 2.0: the lines of a report as items, for readers and for other programs.

What the feed rests on stands in its description. A date without an hour is given as
`dc:date`, which may be a day: `pubDate` would need an hour that nobody knows.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from email.utils import format_datetime
from hashlib import sha256
from html import escape
from typing import ClassVar, Final
from urllib.parse import urlsplit

from lxml import etree

from core.i18n import Words
from core.reporting import naming
from core.reporting.article_table import section_name, why
from core.reporting.common_layout import completeness, silence
from core.reporting.entries import whole_address
from core.reporting.layout import title
from core.reporting.printable import printable
from core.reporting.report import Line, Report, ReportSection
from core.reporting.speaking import Speaker
from core.values import Language
from core.zones import wall_of, zone

_DC: Final = "http://purl.org/dc/elements/1.1/"
# RSS asks for the site of each channel; this is the address of nothing.
_NOWHERE: Final = "about:blank"


class Format:
    name: ClassVar[str] = "rss"
    suffix: ClassVar[str] = "rss"
    media_type: ClassVar[str] = "application/rss+xml; charset=utf-8"

    def write(self, report: Report, spoken: Sequence[Words]) -> bytes:
        speaker = Speaker(spoken, report.zone)
        root = etree.Element("rss", version="2.0", nsmap={"dc": _DC})
        channel = etree.SubElement(root, "channel")
        _say(channel, "title", title(report, spoken))
        _say(channel, "link", whole_address("/", report) or _NOWHERE)
        _say(channel, "description", _described(report, speaker))
        _say(channel, "language", speaker.first.language)
        _say(channel, f"{{{_DC}}}publisher", speaker.organisation(report))
        _say(channel, "lastBuildDate", _moment(report.made_at, report))
        for section in report.sections:
            for line in section.lines:
                item = etree.SubElement(channel, "item")
                for tag, text in _item(line, section, report, speaker):
                    _say(item, tag, text)
                _add_source(item, line, report)
                _say(item, "guid", _guid(line, section)).set("isPermaLink", "false")
        written: bytes = etree.tostring(
            root, encoding="utf-8", xml_declaration=True, pretty_print=True
        )
        return written


def _say(parent: etree._Element, tag: str, text: str) -> etree._Element:
    """What XML 1.0 forbids in *text* becomes U+FFFD: not even an entity may name it."""
    made = etree.SubElement(parent, tag)
    made.text = printable(text)
    return made


def _described(report: Report, speaker: Speaker) -> str:
    """Promise L3, then the figures, in each language."""
    return _paragraphs(
        (words.language, sentence)
        for words in speaker.spoken
        for sentence in _sentences(report, words)
    )


def _sentences(report: Report, words: Words) -> Iterator[str]:
    yield completeness(report, words)
    for one in report.completeness.silent:
        yield f"{one.outlet} · {silence(one, words, report.zone)}"
    yield " · ".join(
        f"{naming.name_of(f'figure:{figure.name}', words)}: "
        f"{naming.figure_text(figure, words)}"
        for figure in report.figures
    )


def _item(
    line: Line, section: ReportSection, report: Report, speaker: Speaker
) -> Iterator[tuple[str, str]]:
    yield "title", line.title
    address = _link(line, report)
    if address:
        yield "link", address
    yield "description", _told(line, speaker)
    if line.author:
        yield f"{{{_DC}}}creator", line.author
    yield f"{{{_DC}}}publisher", line.outlet
    if line.language is not None:
        yield f"{{{_DC}}}language", line.language
    yield from _published(line, report)
    yield "category", section_name(section, report, speaker)


def _link(line: Line, report: Report) -> str:
    """The page of the evidence where readers can reach it, else the article itself."""
    return whole_address(line.evidence, report) or whole_address(line.url, report)


def _published(line: Line, report: Report) -> Iterator[tuple[str, str]]:
    if line.published_at is None:
        return
    if line.published_as == "day":
        yield (
            f"{{{_DC}}}date",
            wall_of(line.published_at, report.zone).date().isoformat(),
        )
    else:
        yield "pubDate", _moment(line.published_at, report)


def _add_source(item: etree._Element, line: Line, report: Report) -> None:
    """The outlet and its site, where the article's address tells it."""
    site = urlsplit(whole_address(line.url, report))
    if site.netloc:
        source = _say(item, "source", line.outlet)
        source.set("url", f"{site.scheme}://{site.netloc}/")


def _told(line: Line, speaker: Speaker) -> str:
    """The excerpt, how it covers what, and the reasons: HTML, as readers of feeds expect."""
    said: list[tuple[Language | None, str]] = [
        (line.language, line.excerpt),
        (None, line.licence_notice),
    ]
    for words in speaker.spoken:
        said += [(words.language, text) for text in _about(line, words)]
    return _paragraphs((language, text) for language, text in said if text)


def _about(line: Line, words: Words) -> Iterator[str]:
    label = naming.name_of(f"label:{line.label}", words) if line.label else ""
    copies = (
        words.ngettext("+%(num)s copy", "+%(num)s copies", line.copies)
        % {"num": line.copies}
        if line.copies
        else ""
    )
    yield " · ".join(part for part in (label, copies) if part)
    yield why(line, words)


def _paragraphs(said: Iterator[tuple[Language | None, str]]) -> str:
    return "".join(
        f"<p{_direction(language)}>{escape(printable(text))}</p>"
        for language, text in said
    )


def _direction(language: Language | None) -> str:
    if language is None:
        return ' dir="auto"'
    return f' lang="{language}" dir="{language.direction}"'


def _moment(moment: datetime, report: Report) -> str:
    return format_datetime(moment.astimezone(zone(report.zone)))


def _guid(line: Line, section: ReportSection) -> str:
    """The same for the same line of a section, in every version of a report."""
    article = (
        [str(line.articles[0])]
        if line.articles
        else [line.url, line.outlet, line.title]
    )
    parts = "\0".join((*article, section.key, section.title))
    return sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()

"""One article of a report -> an entry of its document."""

from collections.abc import Iterator, Sequence

from core.i18n import Words
from core.reporting import naming
from core.reporting.document import Column, Entry, Grid, Paragraph, Run, Runs
from core.reporting.reasons import in_words
from core.reporting.report import Line, Quote, Report
from core.reporting.speaking import Speaker, isolated
from core.values import Language
from core.web.outward import outward

_REASONS = 3  # told of each article; the page of the evidence has all


def entry(line: Line, report: Report, speaker: Speaker) -> Entry:
    return Entry(
        anchor=f"line-{line.reference}" if line.reference else "",
        language=line.language,
        reference=str(line.reference or ""),
        title=[Run(text=line.title, language=line.language, href=target(line, report))],
        by=tuple(_by(line, speaker)),
        excerpt=line.excerpt,
        why=_why(line, speaker),
        quotes=_quotes(line.quotes, speaker) if line.quotes else None,
    )


def target(line: Line, report: Report) -> str:
    """The page of the evidence where readers can reach it, else the article itself."""
    own = own_page(line.evidence, report)
    if own:
        return own
    there = outward(line.url)
    return "" if there.is_odd else there.href


def own_page(path: str, report: Report) -> str:
    """The address of a page of ours; empty where whoever reads this cannot reach it."""
    return f"{report.address}{path}" if path and report.address is not None else ""


def whole_address(href: str, report: Report) -> str:
    """Where *href* (a page of ours, or an address) leads from outside; empty for nowhere.

    For what is opened elsewhere than on our pages: no relative links, http and https only.
    """
    if href.startswith("/"):
        href = own_page(href, report)
    there = outward(href)
    return "" if there.is_odd else there.href


def outlet(line: Line, speaker: Speaker) -> Run:
    """The outlet by the name it has in the document's first script."""
    arabic = speaker.first.language is Language.ARABIC and line.outlet_ar
    return Run(
        text=line.outlet_ar if arabic else line.outlet,
        language=Language.ARABIC if arabic else Language.FRENCH,
        strong=True,
    )


def _by(line: Line, speaker: Speaker) -> Iterator[Run]:
    yield outlet(line, speaker)
    if line.author:
        yield from _after(Run(text=line.author, language=line.language))
    if line.contact:
        yield from _joined(speaker.runs(lambda words: _contact(line, words)))
    yield from _joined(_when(line, speaker))
    for runs in (*_what_it_is(line, speaker), *_whose_text(line, speaker)):
        yield from _joined(runs)
    if line.licence_notice:
        yield from _after(Run(text=f"\u2068{line.licence_notice}\u2069"))


def _what_it_is(line: Line, speaker: Speaker) -> Iterator[Runs]:
    if line.label:
        yield speaker.name(f"label:{line.label}", strong=True)
    if line.on_front:
        yield speaker.runs(lambda words: words.gettext("front page"))
    if line.tone:
        yield speaker.name(f"tone:{line.tone}")
    if line.to_rectify:
        yield speaker.runs(lambda words: words.gettext("to be rectified"))


def _whose_text(line: Line, speaker: Speaker) -> Iterator[Runs]:
    if line.taken_from:
        yield speaker.runs(lambda words: _taken_from(line, words))
    if line.rewrites:
        yield speaker.runs(lambda words: _rewrites(line, words))
    if line.copies:
        yield speaker.runs(lambda words: _copies(line, words))


def _when(line: Line, speaker: Speaker) -> Runs:
    """A date reads the same twice, so it is said once."""
    if line.published_at is not None:
        return [Run(text=_moment(line, speaker.first, speaker.zone))]
    return speaker.runs(lambda words: _moment(line, words, speaker.zone))


def _after(run: Run) -> Iterator[Run]:
    yield Run(text=" · ")
    yield run


def _joined(runs: Runs) -> Iterator[Run]:
    yield Run(text=" · ")
    yield from runs


def _moment(line: Line, words: Words, zone: str) -> str:
    if line.published_at is None:
        return words.gettext("date unknown")
    return naming.moment_text(
        line.published_at, words, zone, day=line.published_as == "day"
    )


def _contact(line: Line, words: Words) -> str:
    return words.gettext("our contact %(name)s") % isolated({"name": line.contact})


def _rewrites(line: Line, words: Words) -> str:
    said = words.gettext("light rewrite of %(outlet)s")
    return said % isolated({"outlet": line.rewrites})


def _taken_from(line: Line, words: Words) -> str:
    return words.gettext("text of %(outlet)s") % isolated({"outlet": line.taken_from})


def _copies(line: Line, words: Words) -> str:
    said = words.ngettext("+%(num)s copy", "+%(num)s copies", line.copies)
    said = said % {"num": line.copies}
    names = ", ".join(f"\u2068{name}\u2069" for name in line.also_in)
    return f"{said} ({names})" if names else said


def _why(line: Line, speaker: Speaker) -> Runs:
    def tell(words: Words) -> str:
        if line.reasons:
            clauses = [in_words(one, words) for one in line.reasons[:_REASONS]]
            why = words.gettext("Why:")
            return f"{why} {' · '.join(clauses)}"
        if line.phrases:
            found = ", ".join(f"\u2068{phrase}\u2069" for phrase in line.phrases)
            return words.gettext("It has the words: %(words)s") % {"words": found}
        return ""

    return [run for run in speaker.runs(tell) if run.text]


def _quotes(quotes: Sequence[Quote], speaker: Speaker) -> Grid:
    """What the article has beside what the release has."""
    return Grid(
        columns=[
            Column(name=speaker.name("column:article")),
            Column(name=speaker.name("column:release")),
        ],
        rows=[
            [
                _quoted(quote.article, quote)
                if quote.article
                else Paragraph(
                    runs=speaker.runs(lambda words: words.gettext("no longer kept"))
                ),
                _quoted(quote.release, quote),
            ]
            for quote in quotes
        ],
    )


def _quoted(text: str, quote: Quote) -> Paragraph:
    return Paragraph(
        runs=[Run(text=text, language=quote.language)], language=quote.language
    )

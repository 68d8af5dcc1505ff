"""Runs and paragraphs as values: each names its language, keeps its order, leads where it may."""

from collections.abc import Sequence
from typing import Any, Final

from core.reporting.document import Document, Entry, Heading, Paragraph, Run, Runs
from core.reporting.printable import breakable
from core.values import Language
from core.web.outward import outward

Data = dict[str, Any]

_ISOLATES: Final = {"ltr": "\u2066", "rtl": "\u2067"}
_BY_ITS_SCRIPT: Final = "\u2068"
_ISOLATED: Final = "\u2069"


class Lines:
    """Knows the language of the document and the places that a link may lead to."""

    def __init__(self, document: Document) -> None:
        self._language = document.language
        self._anchors = frozenset(
            block.anchor
            for block in document.blocks
            if isinstance(block, Heading | Entry) and block.anchor
        )
        self._placed: set[str] = set()

    def anchor(self, anchor: str) -> str:
        """The first of a name has it, for a place is one."""
        if not anchor or anchor in self._placed:
            return ""
        self._placed.add(anchor)
        return anchor

    def way(self, language: Language | None) -> Data:
        spoken = language or self._language
        return {"lang": spoken.value, "dir": spoken.direction}

    def paragraph(self, paragraph: Paragraph) -> Data:
        return {
            "kind": "paragraph",
            "runs": self.runs(paragraph.runs, paragraph.language, paragraph.language),
            "style": paragraph.style.value,
        } | self.way(paragraph.language)

    def runs(
        self,
        runs: Runs,
        around: Language | None = None,
        own: Language | None = None,
    ) -> Sequence[Data]:
        """Runs of a paragraph in *around*, each keeping its own order of words.

        *own* is the language of those that name none: the document's, unless given.
        """
        direction = (around or self._language).direction
        shown = [run for run in runs if run.text]
        return [
            self._run(
                run,
                run.language or own or self._language,
                beside=None if len(shown) > 1 else direction,
            )
            for run in shown
        ]

    def _run(self, run: Run, language: Language, *, beside: str | None) -> Data:
        """*beside* is the direction that needs no isolating, if any."""
        text = breakable(run.text)
        # A dot between two runs belongs to neither, and stands as the paragraph runs.
        has_words = any(sign.isalnum() for sign in text)
        if has_words and language.direction != beside:
            text = f"{_ISOLATES[language.direction]}{text}{_ISOLATED}"
        found: Data = {"text": text, "lang": language.value, "strong": run.strong}
        place = run.href.removeprefix("#")
        if run.href.startswith("#"):
            if place in self._anchors:
                found["place"] = place
        elif there := outward(run.href).href:
            found["address"] = there
        return found


def by_its_script(text: str) -> str:
    """Words whose language nobody told, in the order of their own script."""
    return f"{_BY_ITS_SCRIPT}{breakable(text)}{_ISOLATED}" if text else ""

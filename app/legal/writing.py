"""The register of processing as a file: pages, a Word file, a page for a browser, or JSON."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Final

from app.legal.document import lay_out
from app.legal.register import Register
from app.telling.plain import plain
from core.errors import NotFound
from core.i18n import Words, words
from core.reporting.formats.html import render
from core.values import Language
from core.wording import worded

FORMATS: Final[Mapping[str, str]] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
}


def written(name: str, register: Register, languages: Sequence[Language]) -> bytes:
    """The register in the format called *name*, in one language or in two. Raises NotFound."""
    if name not in _WRITERS:
        raise NotFound(
            worded("There is no format called “%(name)s”.", name=name),
            to="format",
            mend=worded("The formats are: %(formats)s.", formats=", ".join(FORMATS)),
        )
    return _WRITERS[name](register, [words(one) for one in languages])


def _pdf(register: Register, spoken: Sequence[Words]) -> bytes:
    # typst costs 60 MB, which only whoever draws pages shall pay.
    from core.reporting.formats.pdf import draw  # noqa: PLC0415

    return draw(lay_out(register, spoken), made_at=register.made_at)


def _docx(register: Register, spoken: Sequence[Words]) -> bytes:
    # docx costs .3 s, which only whoever writes one shall pay.
    from core.reporting.word import word_file  # noqa: PLC0415

    return word_file(lay_out(register, spoken), made_at=register.made_at)


def _html(register: Register, spoken: Sequence[Words]) -> bytes:
    return render(lay_out(register, spoken)).encode("utf-8", "xmlcharrefreplace")


def _json(register: Register, spoken: Sequence[Words]) -> bytes:
    """Codes and sentences as they stand in the catalogues, in English."""
    del spoken
    return json.dumps(plain(asdict(register)), ensure_ascii=False, indent=1).encode()


_WRITERS: Final[Mapping[str, Callable[[Register, Sequence[Words]], bytes]]] = {
    "pdf": _pdf,
    "docx": _docx,
    "html": _html,
    "json": _json,
}

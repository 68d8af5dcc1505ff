"""Text and Markdown, kept as written."""

from collections.abc import Sequence
from typing import ClassVar

from core.wording import worded
from distributor.releases.reading.base import Document, Source


class Reader:
    name: ClassVar[str] = "text"
    suffixes: ClassVar[Sequence[str]] = (".md", ".txt")

    def read(self, source: Source) -> Document:
        try:
            text = source.content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            raise Source(name=f"{source.name}, line {line}", content=b"").refused(
                worded("The file is not UTF-8 text."),
                worded("Save it again with the encoding UTF-8."),
            ) from error
        return Document(text=text.replace("\r\n", "\n").replace("\r", "\n"))

"""The form of the editor: everything that is typed, by the names of its fields."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Final

from pydantic import BaseModel, Field

from core.errors import BadInput
from core.wording import worded
from distributor.releases import facts
from distributor.releases.editing import LONGEST_BODY, LONGEST_TITLE, Draft, Typed

_MOST: Final = 8  # languages

Fact = Annotated[str, Field(max_length=facts.LONGEST)]


class EditForm(BaseModel):
    """Languages, titles, texts and seals stand in the order of the page."""

    language: list[Annotated[str, Field(max_length=10)]] = Field(
        default_factory=list, max_length=_MOST
    )
    title: list[Annotated[str, Field(max_length=LONGEST_TITLE)]] = Field(
        default_factory=list, max_length=_MOST
    )
    body: list[Annotated[str, Field(max_length=LONGEST_BODY)]] = Field(
        default_factory=list, max_length=_MOST
    )
    seal: list[Annotated[str, Field(max_length=64)]] = Field(
        default_factory=list, max_length=_MOST
    )
    kind: Fact | None = None
    number: Fact | None = None
    parent: Fact | None = None
    zone: Fact | None = None
    embargo: Fact | None = None
    event: Fact | None = None
    place: Fact | None = None
    signatory: Fact | None = None
    press_contact: Fact | None = None
    press_phone: Fact | None = None
    press_email: Fact | None = None
    # The facts as the form was shown, as JSON.
    shown: str = Field("", max_length=20 * facts.LONGEST)
    breaks_seals: bool = False

    def versions(self) -> Sequence[Typed]:
        """Raises BadInput for what no form of ours sends."""
        lists = (self.language, self.title, self.body, self.seal)
        if len({len(one) for one in lists}) > 1 or len(set(self.language)) < len(
            self.language
        ):
            raise BadInput(
                worded("This is no form of the editor."),
                to="language",
                mend=worded("Open the editor again."),
            )
        return [
            Typed(language=language, title=title, body=body, seal=seal)
            for language, title, body, seal in zip(*lists, strict=True)
        ]

    def facts(self) -> Mapping[str, str]:
        """Those of the form; a field that an empty value stands for is empty."""
        if not self.shown:
            return {}
        typed = self.model_dump(include=set(facts.NAMES))
        return {name: typed[name] or "" for name in facts.NAMES}

    def before(self) -> Mapping[str, str]:
        try:
            read = json.loads(self.shown or "{}")
        except ValueError:
            read = {}
        if not isinstance(read, dict):
            return {}
        return {str(name): str(value) for name, value in read.items()}

    def draft(self) -> Draft:
        return Draft(
            versions=self.versions(),
            facts=self.facts(),
            shown=self.before(),
            breaks_seals=self.breaks_seals,
        )

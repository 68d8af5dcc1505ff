"""Sentences that remember how they were made, so that a reader hears them in their language.

Errors are raised far from any reader: in English, with their values in place. What raised
them says `worded("There is no release %(id)s.", id=3)`; a log and a terminal read it as it
is, and a screen asks `core.i18n` to say it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Self


class Worded(str):
    """An English sentence, with the template of its translations and the values in it."""

    __slots__ = ("template", "values")

    template: str
    values: Mapping[str, Any]

    def __new__(cls, template: str, values: Mapping[str, Any] | None = None) -> Self:
        given = dict(values or {})
        made = super().__new__(cls, template % given if given else template)
        made.template = template
        made.values = MappingProxyType(given)
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.template, dict(self.values))


def worded(template: str, **values: Any) -> Worded:
    """*template* in English, gathered for the catalogues; its placeholders are `%(name)s`."""
    return Worded(template, values)

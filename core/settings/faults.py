"""What is wrong with the settings: every fault at once, each with where it stands and its mend.

Never a value: it may be a secret.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from core.errors import BadSetting
from core.wording import Worded, worded

PREFIX: Final = "PARUTION_"
# Less alike than that, a name is another one and no slip of the hand.
_ALIKE: Final = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """One setting, as config/parution.toml calls it; empty where a whole file is at fault."""

    key: str
    # The file or the variable that said it; empty where nobody did.
    origin: str
    what: Worded
    mend: Worded
    # There is no setting of that name.
    is_unknown: bool = False

    @property
    def variable(self) -> str:
        return PREFIX + self.key.upper().replace(".", "__")

    def error(self, others: int = 0) -> BadSetting:
        """The error that stops a start; *others* are wrong beside it."""
        more = f" {others} more are wrong; `parution doctor` names them all."
        return BadSetting(
            self.what,
            to=self.variable if self.key else self.origin,
            mend=f"{self.mend}{more}" if others else self.mend,
        )


def stop(wrong: Sequence[Wrong]) -> BadSetting:
    return wrong[0].error(len(wrong) - 1)


def of_validation(
    error: ValidationError,
    model: type[BaseModel],
    *,
    origins: Mapping[str, str],
    below: str = "",
) -> Sequence[Wrong]:
    """Each fault that *model* found in what stands *below* a key."""
    return [
        _wrong(one, model, origins=origins, below=below)
        for one in error.errors(include_url=False, include_input=False)
    ]


def _wrong(
    found: ErrorDetails,
    model: type[BaseModel],
    *,
    origins: Mapping[str, str],
    below: str,
) -> Wrong:
    path = [str(part) for part in found["loc"]]
    key = ".".join([below, *path] if below else path)
    origin = origin_of(key, origins)
    if found["type"] == "extra_forbidden":
        return Wrong(
            key=key,
            origin=origin,
            what=worded("There is no such setting."),
            mend=_instead(path, model, below),
            is_unknown=True,
        )
    return Wrong(
        key=key,
        origin=origin,
        what=_said(found),
        mend=worded("Correct it in the environment or in config/parution.toml."),
    )


def origin_of(key: str, origins: Mapping[str, str]) -> str:
    """Where it was said; of a section, or of what is missing in one, where the rest was."""
    above, _, _ = key.rpartition(".")
    return origins.get(key) or next(
        (
            place
            for start in (f"{key}.", f"{above}.")
            for name, place in origins.items()
            if name.startswith(start)
        ),
        "",
    )


def _instead(path: Sequence[str], model: type[BaseModel], below: str) -> Worded:
    known = list(names(model))
    wished = ".".join(path)
    # A name of the right section first, then the same one of another section.
    alike = get_close_matches(wished, known, n=1, cutoff=_ALIKE) or [
        name for name in known if name.rpartition(".")[2] == path[-1]
    ]
    if not alike:
        return worded("See config/parution.toml for the settings there are.")
    name = f"{below}.{alike[0]}" if below else alike[0]
    return worded("Did you mean %(name)s?", name=name)


def names(model: type[BaseModel], above: str = "") -> Iterator[str]:
    """Every setting of a section and below, as the file calls it."""
    for name, field in model.model_fields.items():
        called = f"{above}{field.alias or name}"
        default = field.get_default(call_default_factory=True)
        yield called
        if isinstance(default, BaseModel):
            yield from names(type(default), f"{called}.")


def _said(found: ErrorDetails) -> Worded:
    said: Mapping[str, Any] = found.get("ctx", {})
    kind = found["type"]
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind in _LIMITS:
        name, say = _LIMITS[kind]
        return say(said[name])
    return worded(
        "This setting is wrong: %(value)s.",
        value=found["msg"].removeprefix("Value error, ").rstrip("."),
    )


_PLAIN: Final[Mapping[str, Worded]] = {
    "missing": worded("This must be given."),
    "int_parsing": worded("This must be a whole number."),
    "int_type": worded("This must be a whole number."),
    "int_from_float": worded("This must be a whole number."),
    "float_parsing": worded("This must be a number."),
    "float_type": worded("This must be a number."),
    "bool_parsing": worded("This must be true or false."),
    "bool_type": worded("This must be true or false."),
    "string_pattern_mismatch": worded(
        "This is not written as it must be: see what config/parution.toml says of it."
    ),
    "string_type": worded("This must be text, between quotes."),
    "model_type": worded("This is a section: its settings stand below it."),
}
_LIMITS: Final[Mapping[str, tuple[str, Callable[[object], Worded]]]] = {
    "literal_error": (
        "expected",
        lambda limit: worded("This must be one of: %(limit)s.", limit=limit),
    ),
    "greater_than_equal": (
        "ge",
        lambda limit: worded("This must be %(limit)s or more.", limit=limit),
    ),
    "greater_than": (
        "gt",
        lambda limit: worded("This must be more than %(limit)s.", limit=limit),
    ),
    "less_than_equal": (
        "le",
        lambda limit: worded("This must be %(limit)s or less.", limit=limit),
    ),
    "less_than": (
        "lt",
        lambda limit: worded("This must be less than %(limit)s.", limit=limit),
    ),
}

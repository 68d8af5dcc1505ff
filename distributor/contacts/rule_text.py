"""Rules as people write them: `beat:urbanisme language:ar -kind:newsroom` <-> a rule.

A word or "several words" looks in the name, address, outlet, beats and provenance; a field
before it narrows that. Side by side means both, `or` either, `not` or a hyphen the
contrary; brackets group. Case, accents and hamza make no difference.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from core.errors import BadInput
from core.values import Language
from core.wording import worded
from distributor.contacts.rules import All, AnyOf, Field, Is, Not, Rule
from distributor.contacts.words import folded

_KINDS = ("journalist", "newsroom")
# More than a person writes, and far less than Python can nest.
_MOST_CHARACTERS = 2_000
_DEEPEST = 20
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<open>\()
      | (?P<close>\))
      | (?P<minus>-)(?=[^\s)])
      | (?P<field>[^\s():"«“”]+):(?=[^\s)])
      | ["“](?P<quoted>[^"”]*)["”]
      | «(?P<guillemets>[^»]*)»
      | (?P<word>[^\s():"«“”-][^\s():"«“”]*)
    )""",
    re.VERBOSE,
)


_WORDS = frozenset({"and", "or", "not"})


class _Token(NamedTuple):
    kind: str
    text: str
    # Where it stands in the rule, from 1.
    at: int


def parse(text: str) -> Rule:
    """Read a rule. Raises BadInput that names the place."""
    if len(text) > _MOST_CHARACTERS:
        raise _wrong(worded("The rule is too long."), _MOST_CHARACTERS)
    reader = _Reader(list(_tokens(text)), end=len(text) + 1)
    rule = reader.either(depth=0)
    if reader.here.kind != "end":
        raise _wrong(worded("This bracket closes nothing."), reader.here.at)
    return rule


def written(rule: Rule) -> str:
    """*rule* as a person would write it; reading it again gives the same rule."""
    match rule:
        case Is(field=field, value=value):
            shown = value if _is_plain(value) else _quoted(value)
            return shown if field is Field.TEXT else f"{field}:{shown}"
        case Not(rule=inner):
            return f"-{_grouped(inner)}"
        case All(rules=rules):
            return " ".join(map(_grouped, rules))
        case AnyOf(rules=rules):
            return " or ".join(map(_grouped, rules))


def _is_plain(value: str) -> bool:
    token = _TOKEN.fullmatch(value)
    return bool(token and token["word"] == value and value.lower() not in _WORDS)


def _quoted(value: str) -> str:
    return f"«{value}»" if {'"', "”"} & set(value) else f'"{value}"'


def _grouped(rule: Rule) -> str:
    return written(rule) if isinstance(rule, Is | Not) else f"({written(rule)})"


def _tokens(text: str) -> Iterator[_Token]:
    place = 0
    while text[place:].strip():
        found = _TOKEN.match(text, place)
        if found is None:
            start = place + len(text[place:]) - len(text[place:].lstrip())
            raise _wrong(
                worded("“%(sign)s” is not expected here.", sign=text[start]), start + 1
            )
        kind = found.lastgroup or ""
        value = found[kind]
        at = found.start(kind) + 1
        if kind == "word" and value.lower() in _WORDS:
            kind = value.lower()
        elif kind in {"quoted", "guillemets"}:
            kind, value = "word", " ".join(value.split())
        yield _Token("not" if kind == "minus" else kind, value, at)
        place = found.end()


class _Reader:
    """Reads tokens from left to right, each once."""

    def __init__(self, tokens: Sequence[_Token], *, end: int) -> None:
        self._tokens = iter([*tokens, _Token("end", "", end)])
        self.here = next(self._tokens)

    def _take(self) -> _Token:
        taken = self.here
        self.here = next(self._tokens)
        return taken

    def either(self, *, depth: int) -> Rule:
        rules = [self._both(depth=depth)]
        while self.here.kind == "or":
            self._take()
            rules.append(self._both(depth=depth))
        return rules[0] if len(rules) == 1 else AnyOf(tuple(rules))

    def _both(self, *, depth: int) -> Rule:
        rules = [self._one(depth=depth)]
        while self.here.kind not in {"or", "close", "end"}:
            if self.here.kind == "and":
                self._take()
            rules.append(self._one(depth=depth))
        return rules[0] if len(rules) == 1 else All(tuple(rules))

    def _one(self, *, depth: int) -> Rule:
        if depth > _DEEPEST:
            raise _wrong(worded("The brackets are nested too deep."), self.here.at)
        token = self.here
        if token.kind == "not":
            self._take()
            return Not(self._one(depth=depth + 1))
        if token.kind == "open":
            self._take()
            rule = self.either(depth=depth + 1)
            if self.here.kind != "close":
                raise _wrong(worded("This bracket is never closed."), token.at)
            self._take()
            return rule
        if token.kind == "field":
            self._take()
            return _narrowed(token, self._value())
        return Is(Field.TEXT, _some(self._value()))

    def _value(self) -> _Token:
        if self.here.kind != "word":
            raise _wrong(
                worded(
                    "“%(text)s” stands where a word is expected.", text=self.here.text
                )
                if self.here.text
                else worded("The rule ends where a word is expected."),
                self.here.at,
            )
        return self._take()


def _narrowed(field: _Token, value: _Token) -> Rule:
    name = field.text.lower()
    if name not in set(Field):
        raise _wrong(
            worded(
                "There is no field “%(field)s”; the fields are %(fields)s.",
                field=field.text,
                fields=", ".join(Field),
            ),
            field.at,
        )
    allowed: Mapping[str, Collection[str]] = {
        Field.LANGUAGE: tuple(Language),
        Field.KIND: _KINDS,
    }
    if name in allowed and value.text.lower() not in allowed[name]:
        raise _wrong(
            worded(
                "“%(value)s” cannot be a %(field)s; write one of %(allowed)s.",
                value=value.text,
                field=name,
                allowed=", ".join(allowed[name]),
            ),
            value.at,
        )
    text = value.text.lower() if name in allowed else value.text
    return Is(
        Field(name), text if name == Field.LIST else _some(_Token("", text, value.at))
    )


def _some(value: _Token) -> str:
    if not folded(value.text):
        raise _wrong(worded("There is no letter in this word."), value.at)
    return value.text


def _wrong(what: str, at: int) -> BadInput:
    return BadInput(
        what,
        to=f"rule, character {at}",
        mend=worded('Write it like: beat:urbanisme language:ar -outlet:"Le Matin".'),
    )

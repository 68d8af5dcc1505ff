"""The rule of a mailing list, as a value: which contacts fit it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from distributor.contacts.words import folded


class Field(StrEnum):
    BEAT = "beat"
    LANGUAGE = "language"
    OUTLET = "outlet"
    # Where the outlet is, as the office's list of outlets says.
    REGION = "region"
    KIND = "kind"
    LIST = "list"
    PROVENANCE = "provenance"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Is:
    field: Field
    value: str


@dataclass(frozen=True, slots=True)
class Not:
    rule: "Rule"


@dataclass(frozen=True, slots=True)
class All:
    rules: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    rules: tuple["Rule", ...]


Rule = Is | Not | All | AnyOf


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a rule may ask of a contact, folded but for the codes and lists."""

    languages: Collection[str]
    kind: str
    lists: Collection[str]
    outlet: str
    beats: Collection[str]
    provenance: str
    text: str
    region: str = ""


def fits(rule: Rule, facts: Facts) -> bool:
    match rule:
        case Is(field=field, value=value):
            return _is(field, value, facts)
        case Not(rule=inner):
            return not fits(inner, facts)
        case All(rules=rules):
            return all(fits(one, facts) for one in rules)
        case AnyOf(rules=rules):
            return any(fits(one, facts) for one in rules)


def because(rule: Rule, facts: Facts) -> tuple[Rule, ...]:
    """The parts of *rule* that let the contact in; empty when it does not fit."""
    if not fits(rule, facts):
        return ()
    match rule:
        case All(rules=rules):
            return tuple(one for part in rules for one in because(part, facts))
        case AnyOf(rules=rules):
            return next(filter(None, (because(part, facts) for part in rules)), ())
        case _:
            return (rule,)


def named_lists(rule: Rule) -> frozenset[str]:
    """The mailing lists that *rule* looks at."""
    match rule:
        case Is(field=field, value=value):
            return frozenset({value}) if field is Field.LIST else frozenset()
        case Not(rule=inner):
            return named_lists(inner)
        case All(rules=rules) | AnyOf(rules=rules):
            return frozenset().union(*map(named_lists, rules))


def to_json(rule: Rule) -> dict[str, Any]:
    match rule:
        case Is(field=field, value=value):
            return {"field": str(field), "value": value}
        case Not(rule=inner):
            return {"not": to_json(inner)}
        case All(rules=rules):
            return {"all": [to_json(one) for one in rules]}
        case AnyOf(rules=rules):
            return {"any": [to_json(one) for one in rules]}


def from_json(kept: Mapping[str, Any]) -> Rule:
    if "not" in kept:
        return Not(from_json(kept["not"]))
    if "all" in kept:
        return All(tuple(map(from_json, kept["all"])))
    if "any" in kept:
        return AnyOf(tuple(map(from_json, kept["any"])))
    return Is(Field(kept["field"]), kept["value"])


def _is(field: Field, value: str, facts: Facts) -> bool:
    codes: Mapping[Field, Collection[str]] = {
        Field.LANGUAGE: facts.languages,
        Field.KIND: (facts.kind,),
        Field.LIST: facts.lists,
    }
    if field in codes:
        return value in codes[field]
    wanted = folded(value)
    whole: Mapping[Field, Collection[str]] = {
        Field.OUTLET: (facts.outlet,),
        Field.REGION: (facts.region,),
        Field.BEAT: facts.beats,
    }
    if field in whole:
        return wanted in whole[field]
    text = facts.provenance if field is Field.PROVENANCE else facts.text
    # Where a word begins: région finds régional, and eau does not find bureau.
    return f" {wanted}" in f" {text}"

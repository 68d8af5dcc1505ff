"""Writes a tree as a query, in one way only: what is printed reads as the same tree."""

from monitor.query.tree import All, Either, Field, Near, Node, Not, Phrase

_OPERATORS = frozenset(("AND", "OR", "NOT", "NEAR"))


def text_of(node: Node) -> str:
    match node:
        case Phrase():
            return _phrase(node)
        case Near():
            return f"{_side(node.first)} NEAR/{node.distance} {_side(node.second)}"
        case All():
            return " AND ".join(_within(part) for part in node.parts)
        case Either():
            return " OR ".join(_within(part) for part in node.parts)
        case Not():
            return f"NOT {_within(node.part)}"


def _within(node: Node) -> str:
    return f"({text_of(node)})" if isinstance(node, All | Either) else text_of(node)


def _side(parts: tuple[Phrase, ...]) -> str:
    alone = len(parts) == 1
    inner = " OR ".join(_phrase(part) for part in parts)
    return inner if alone else f"({inner})"


def _phrase(phrase: Phrase) -> str:
    words = " ".join(phrase.written)
    plain = (
        len(phrase.written) == 1
        and all(sign.isalnum() for sign in words)
        and words not in _OPERATORS
    )
    field = f"{phrase.field.value}:" if phrase.field is not Field.TEXT else ""
    exact = "=" if phrase.is_exact else ""
    star = "*" if phrase.is_prefix else ""
    return f"{field}{exact}{words}{star}" if plain else f'{field}{exact}"{words}{star}"'

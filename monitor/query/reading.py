"""Reads a query: `parse(text)` gives a tree or says at which character it went wrong.

either  = all (OR all)*
all     = not ([AND] not)*
not     = (NOT | -) not | near
near    = one [NEAR/n one]
one     = [field:] ( word | "phrase" | word* | ="As Written" | "(" either ")" )
"""

from core.i18n import N_
from core.text.normalise import fold
from core.text.tokens import tokens
from monitor.query.scanning import QueryFault, Scanned, Sign, scan
from monitor.query.tree import (
    All,
    Either,
    Field,
    Near,
    Node,
    Not,
    Phrase,
    phrases,
    selects,
    sought,
)

LONGEST = 4_000  # characters
MOST_PHRASES = 500
DEEPEST = 20
FARTHEST = 50  # words between two that are near
USUAL_DISTANCE = 10
SHORTEST_PREFIX = 3  # letters; with fewer, half of all words begin so
MOST_PREFIXES = 20


def parse(text: str) -> Node:
    """Read *text*. Raises BadInput with the place of the fault and the mend."""
    if len(text) > LONGEST:
        raise QueryFault(
            text,
            LONGEST,
            N_("A query holds {most} characters at most."),
            N_("Make two watches of it."),
            most=LONGEST,
        )
    node = _Parser(text).whole()
    found = list(phrases(node))
    if len(found) > MOST_PHRASES:
        raise QueryFault(
            text,
            0,
            N_("A query looks for {most} words and phrases at most."),
            N_("Make two watches of it."),
            most=MOST_PHRASES,
        )
    if sum(one.is_prefix for one in found) > MOST_PREFIXES:
        raise QueryFault(
            text,
            text.index("*"),
            N_("A query holds {most} words with a star at most."),
            N_("Write the words out."),
            most=MOST_PREFIXES,
        )
    return node


class _Parser:
    """One query while it is read."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._signs = list(scan(text))
        self._next = 0
        self._depth = 0

    def whole(self) -> Node:
        if self._peek().sign is Sign.END:
            raise self._fault(
                self._peek(), N_("The query is empty."), N_("Write a word.")
            )
        node = self._either(Field.TEXT)
        rest = self._peek()
        if rest.sign is not Sign.END:
            raise self._fault(
                rest,
                N_("This bracket was never opened."),
                N_("Take it away or open one."),
            )
        if not selects(node):
            raise self._only_absent(self._signs[0])
        return node

    def _either(self, field: Field) -> Node:
        parts = [self._all(field)]
        began = self._peek()
        while self._take(Sign.OR):
            parts.append(self._all(field))
        if len(parts) == 1:
            return parts[0]
        if not all(selects(part) for part in parts):
            raise self._only_absent(began)
        return Either(parts=_flat(parts, Either))

    def _all(self, field: Field) -> Node:
        parts = [self._not(field)]
        while True:
            joined = self._take(Sign.AND)
            if not joined and self._peek().sign in {Sign.OR, Sign.CLOSE, Sign.END}:
                break
            parts.append(self._not(field))
        return parts[0] if len(parts) == 1 else All(parts=_flat(parts, All))

    def _not(self, field: Field) -> Node:
        began = self._peek()
        if not self._take(Sign.NOT):
            return self._near(field)
        self._deeper(began)
        part = self._not(field)
        self._depth -= 1
        if isinstance(part, Not):
            return part.part
        if not selects(part):
            raise self._only_absent(began)
        return Not(part=part)

    def _near(self, field: Field) -> Node:
        began = self._peek()
        first = self._one(field)
        between = self._peek()
        if not self._take(Sign.NEAR):
            return first
        after = self._peek()
        second = self._one(field)
        if self._peek().sign is Sign.NEAR:
            raise self._fault(
                self._peek(),
                N_("NEAR joins two."),
                N_("Write (a NEAR/5 b) AND (b NEAR/5 c) for three."),
            )
        near = Near(
            first=self._side(first, began),
            second=self._side(second, after),
            distance=self._distance(between),
        )
        if near.first[0].field is not near.second[0].field:
            raise self._fault(
                after,
                N_("NEAR joins two of the same field."),
                N_("Write title:(a NEAR/5 b)."),
            )
        return near

    def _side(self, node: Node, began: Scanned) -> tuple[Phrase, ...]:
        parts = node.parts if isinstance(node, Either) else (node,)
        found = tuple(part for part in parts if isinstance(part, Phrase))
        if len(found) == len(parts):
            fields = {one.field for one in found}
            if len(fields) == 1 and fields <= {Field.TEXT, Field.TITLE}:
                return found
        raise self._fault(
            began,
            N_("NEAR joins words and phrases of the text or of the title."),
            N_("Write a NEAR/5 b or (a OR b) NEAR/5 c."),
        )

    def _distance(self, near: Scanned) -> int:
        distance = int(near.text[:4]) if near.text else USUAL_DISTANCE
        if distance > FARTHEST:
            raise self._fault(
                near,
                N_("NEAR reaches {most} words at most."),
                N_("Write AND instead."),
                most=FARTHEST,
            )
        return distance

    def _one(self, field: Field) -> Node:
        sign = self._peek()
        self._next += 1
        match sign.sign:
            case Sign.PHRASE:
                return self._phrase(sign, field)
            case Sign.OPEN:
                return self._group(sign, field)
            case Sign.FIELD:
                return self._fielded(sign, field)
            case _:
                self._next -= 1
                raise self._nothing(sign)

    def _fielded(self, sign: Scanned, around: Field) -> Node:
        if around is not Field.TEXT:
            raise self._fault(
                sign,
                N_("A field cannot stand inside a field."),
                N_("Close the bracket first."),
            )
        if self._peek().sign not in {Sign.PHRASE, Sign.OPEN}:
            raise self._fault(
                self._peek(),
                N_("A word is missing after the field."),
                N_('Write title:word, title:"a phrase" or title:(one OR two).'),
            )
        return self._one(Field(sign.text))

    def _group(self, sign: Scanned, field: Field) -> Node:
        self._deeper(sign)
        node = self._either(field)
        self._depth -= 1
        if not self._take(Sign.CLOSE):
            raise self._fault(
                sign,
                N_("This bracket is not closed."),
                N_("Add ) where its group ends."),
            )
        return node

    def _phrase(self, sign: Scanned, field: Field) -> Phrase:
        text = sign.text.strip()
        is_prefix = text.endswith("*")
        found = tokens(text)
        if not found.words:
            raise self._fault(
                sign, N_("There is no word between these quotes."), N_("Write one.")
            )
        star = sign.text.find("*")
        if 0 <= star < len(sign.text.rstrip()) - 1:
            raise self._fault(
                sign,
                N_("A star stands at the end of a word."),
                N_("Write its beginning, then *."),
            )
        written = tuple(
            text[start:end] for start, end in zip(found.starts, found.ends, strict=True)
        )
        made = Phrase(
            written=written, field=field, is_prefix=is_prefix, is_exact=sign.is_exact
        )
        self._check_phrase(made, sign)
        return made

    def _check_phrase(self, phrase: Phrase, sign: Scanned) -> None:
        if phrase.is_prefix and phrase.is_exact:
            raise self._fault(
                sign, N_("A word as written has no star."), N_("Take away = or *.")
            )
        last = (sought(phrase).rest or sought(phrase).first)[-1]
        if phrase.is_prefix and len(last) < SHORTEST_PREFIX:
            raise self._fault(
                sign,
                N_("A star needs {least} letters before it."),
                N_("Write more of the word."),
                least=SHORTEST_PREFIX,
            )
        if phrase.field is Field.LANGUAGE and not _is_code(phrase):
            raise self._fault(
                sign,
                N_("A language is named by its code."),
                N_("Write language:fr, ar or en."),
            )

    def _nothing(self, sign: Scanned) -> QueryFault:
        if sign.sign is Sign.END:
            what = N_("The query ends where a word is expected.")
        elif sign.sign is Sign.CLOSE:
            what = N_("A word is missing before this bracket.")
        else:
            what = N_("A word is missing before {sign}.")
        return self._fault(
            sign,
            what,
            N_('Add a word; to look for the word itself, write it in quotes: "OR".'),
            sign=sign.sign.name,
        )

    def _only_absent(self, sign: Scanned) -> QueryFault:
        return self._fault(
            sign,
            N_(
                "This says only what must be absent, which nearly every article is without."
            ),
            N_("Add a word that must be there: santé NOT sport."),
        )

    def _deeper(self, sign: Scanned) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._fault(
                sign,
                N_("Groups nest {most} deep at most."),
                N_(
                    "Take brackets away that change nothing, or make two watches of it."
                ),
                most=DEEPEST,
            )

    def _peek(self) -> Scanned:
        return self._signs[self._next]

    def _take(self, sign: Sign) -> bool:
        if self._signs[self._next].sign is not sign:
            return False
        self._next += 1
        return True

    def _fault(self, at: Scanned, what: str, mend: str, **values: object) -> QueryFault:
        return QueryFault(self._text, at.at, what, mend, **values)


def _flat(parts: list[Node], kind: type[All | Either]) -> tuple[Node, ...]:
    """Brackets that change nothing go: equal queries are equal trees."""
    flat: list[Node] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, kind) else (part,))
    return tuple(flat)


def _is_code(phrase: Phrase) -> bool:
    word = fold(phrase.written[0])
    alone = len(phrase.written) == 1 and not phrase.is_prefix and not phrase.is_exact
    return alone and word.isascii() and word.isalpha() and len(word) in {2, 3}

"""Queries and articles made by chance, and a judge that reads both in the simplest way."""

from hypothesis import strategies as st

from core.text.index_words import forms, index_word
from core.text.normalise import fold
from core.text.tokens import tokens
from monitor.query.tree import All, Either, Field, Near, Not, Phrase, selects

WORDS = [
    "école",
    "écoles",
    "École",
    "ONU",
    "onu",
    "énergie",
    "énergies",
    "cours",
    "cour",
    "urbain",
    "urbaine",
    "urbaines",
    "وزارة",
    "الوزارة",
    "ووزارة",
    "بوزارة",
    "لجنة",
    "للجنة",
    "الصحة",
    "صحه",
    "بالصحة",
    "agence",
    "de",
    "la",
]
OUTLETS = ("Le Matin", "Hespress", "جريدة الصباح")
AUTHORS = ("", "Nadia Alaoui", "أحمد بن علي")
LANGUAGES = ("fr", "ar")


def texts(most=14):
    return st.lists(st.sampled_from(WORDS), max_size=most).map(" ".join)


def articles():
    return st.fixed_dictionaries(
        {
            "title": texts(5),
            "body": texts(),
            "outlet": st.sampled_from(OUTLETS),
            "author": st.sampled_from(AUTHORS),
            "language": st.sampled_from(LANGUAGES),
        }
    )


def phrases(fields=(Field.TEXT, Field.TITLE)):
    def made(drawn):
        written, field, style = drawn
        prefix = style == "prefix" and len(index_word(fold(written[-1]))) > 3
        return Phrase(
            written=tuple(written),
            field=field,
            is_prefix=prefix,
            is_exact=style == "exact",
        )

    return st.tuples(
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=3),
        st.sampled_from(fields),
        st.sampled_from(["plain", "plain", "prefix", "exact"]),
    ).map(made)


def leaves():
    inside = [*(word for name in (*OUTLETS, *AUTHORS) for word in name.split())]
    other = st.builds(
        Phrase,
        written=st.sampled_from(inside).map(lambda word: (word,)),
        field=st.sampled_from([Field.OUTLET, Field.AUTHOR]),
    )
    language = st.sampled_from(LANGUAGES).map(
        lambda code: Phrase(written=(code,), field=Field.LANGUAGE)
    )
    near = st.sampled_from([Field.TEXT, Field.TITLE]).flatmap(
        lambda field: st.builds(
            Near,
            first=st.lists(phrases((field,)), min_size=1, max_size=2).map(tuple),
            second=st.lists(phrases((field,)), min_size=1, max_size=2).map(tuple),
            distance=st.integers(0, 6),
        )
    )
    return st.one_of(phrases(), phrases(), near, other, language)


def nodes():
    return st.recursive(leaves(), _joined, max_leaves=8).filter(selects)


def _joined(inner):
    some = st.lists(inner, min_size=2, max_size=3)
    absent = inner.filter(selects).map(lambda part: Not(part=part))
    return st.one_of(
        some.map(lambda parts: All(parts=_flat(parts, All))),
        some.filter(lambda parts: all(map(selects, parts))).map(
            lambda parts: Either(parts=_flat(parts, Either))
        ),
        st.tuples(inner, absent).map(lambda parts: All(parts=_flat(parts, All))),
    )


def _flat(parts, kind):
    flat = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, kind) else (part,))
    return tuple(flat)


def judge(node, article):
    """Whether *article* (a dict) answers *node*: tries every word at every place."""
    match node:
        case All():
            return all(judge(part, article) for part in node.parts)
        case Either():
            return any(judge(part, article) for part in node.parts)
        case Not():
            return not judge(node.part, article)
        case Near():
            return any(
                _near(node, text) for text in _texts(node.first[0].field, article)
            )
        case Phrase():
            return any(_places(node, text) for text in _texts(node.field, article))


def _texts(field, article):
    if field is Field.TEXT:
        return article["title"], article["body"]
    return (article[field.value],)


def _places(phrase, text):
    found = tokens(text)
    size = len(phrase.written)
    return [
        at
        for at in range(len(found.words) - size + 1)
        if all(_equal(phrase, place, found, text, at + place) for place in range(size))
    ]


def _equal(phrase, place, found, text, at):
    written, folded = phrase.written[place], found.words[at]
    if phrase.is_exact:
        return text[found.starts[at] : found.ends[at]] == written
    name, asked = index_word(folded), fold(written)
    if phrase.is_prefix and place == len(phrase.written) - 1:
        beginning = index_word(asked)
        while asked.isascii() and not asked.startswith(beginning):
            beginning = beginning[:-1]
        return name.startswith(beginning)
    if place == 0:
        return name in forms(asked, opens_phrase=len(phrase.written) > 1)
    return name == index_word(asked)


def _near(near, text):
    return any(
        _between(first, len(one.written), second, len(other.written))
        in range(near.distance + 1)
        for one in near.first
        for other in near.second
        for first in _places(one, text)
        for second in _places(other, text)
    )


def _between(first, size, second, other_size):
    if first <= second:
        return second - first - size
    return first - second - other_size

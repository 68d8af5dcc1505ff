import json
import re

import pytest
from contact_makers import imported
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadInput, Conflict, NotFound
from core.values import Language
from distributor.contacts import lines, lists
from distributor.contacts.rule_text import parse, written
from distributor.contacts.rules import (
    All,
    AnyOf,
    Facts,
    Field,
    Is,
    Not,
    fits,
    from_json,
    to_json,
)

PEOPLE = (
    "email,name,outlet,beats,languages,kind\n"
    "nadia@presse.test,Nadia Alami,Le Matin,Urbanisme;Eau,fr,journalist\n"
    "said@presse.test,سعيد الإدريسي,صدى الأطلس,تعمير,ar;fr,journalist\n"
    "redaction@atlas.test,,Atlas,urbanisme,ar,newsroom\n"
    "hind@radio.test,Hind Bureau,Radio Régionale,culture,fr,journalist\n"
)

_words = st.text(alphabet="abcéأتعمير -'.1", min_size=1, max_size=12).filter(
    lambda word: any(sign.isalnum() for sign in word)
)
_terms = st.one_of(
    st.builds(Is, st.sampled_from([Field.BEAT, Field.OUTLET, Field.TEXT]), _words),
    st.builds(Is, st.just(Field.LANGUAGE), st.sampled_from([*map(str, Language)])),
    st.builds(Is, st.just(Field.KIND), st.sampled_from(["journalist", "newsroom"])),
).map(lambda term: Is(term.field, " ".join(term.value.split())))
_rules = st.recursive(
    _terms,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.lists(inner, min_size=2, max_size=3).map(lambda some: All(tuple(some))),
        st.lists(inner, min_size=2, max_size=3).map(lambda some: AnyOf(tuple(some))),
    ),
    max_leaves=8,
)
_facts = st.builds(
    Facts,
    languages=st.lists(st.sampled_from(["fr", "ar"])),
    kind=st.sampled_from(["journalist", "newsroom"]),
    lists=st.just(()),
    outlet=_words,
    beats=st.lists(_words, max_size=2),
    provenance=_words,
    text=_words,
)


@given(_rules)
def test_a_written_rule_reads_as_the_same_rule(rule):
    assert parse(written(rule)) == rule
    assert from_json(json.loads(json.dumps(to_json(rule)))) == rule


@given(_rules, _facts)
def test_either_a_rule_or_its_contrary_fits(rule, facts):
    assert fits(rule, facts) is not fits(Not(rule), facts)
    assert fits(All((rule, Not(rule))), facts) is False
    assert fits(AnyOf((rule, Not(rule))), facts) is True


@given(st.text(max_size=60) | st.text(alphabet='aé 1-:()"«»“”or', max_size=20))
def test_any_text_is_a_rule_or_is_refused_with_its_place(text):
    try:
        rule = parse(text)
    except BadInput as error:
        place = error.to
    else:
        place = "rule, character 1"
        assert parse(written(rule)) == rule
    assert re.fullmatch(r"rule, character \d+", place)


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("", 1, "The rule ends"),
        ("beat:urbanisme city:nord", 16, "no field “city”"),
        ("language:klingon", 10, "cannot be a language"),
        ("kind:robot", 6, "write one of journalist, newsroom"),
        ("(ville or", 10, "The rule ends"),
        ("(ville", 1, "never closed"),
        ("ville)", 6, "closes nothing"),
        ('outlet:"Le Matin', 8, "not expected"),
        ("ville or or eau", 10, "where a word is expected"),
        ('"..."', 2, "no letter"),
        ("-" * 40 + "ville", 22, "nested too deep"),
    ],
)
def test_what_is_wrong_in_a_rule_is_named_with_its_place(text, place, what):
    with pytest.raises(BadInput) as caught:
        parse(text)
    assert caught.value.to == f"rule, character {place}"
    assert what in caught.value.what


@pytest.mark.parametrize(
    ("rule", "who"),
    [
        ("beat:urbanisme", ["nadia", "redaction"]),
        ("BEAT:URBANISME language:ar", ["redaction"]),
        ("beat:urbanisme -kind:newsroom", ["nadia"]),
        ('outlet:"le matin" or outlet:«صدى الاطلس»', ["nadia", "said"]),
        ("not (language:fr)", ["redaction"]),
        ("regional", ["hind"]),
        ("eau", ["nadia"]),
        ("language:fr and (beat:eau or beat:culture)", ["hind", "nadia"]),
        ("list:presse -list:autre", ["hind", "nadia", "redaction", "said"]),
        ('provenance:"imported from"', ["hind", "nadia", "redaction", "said"]),
    ],
)
def test_a_rule_finds_those_who_fit(each_database, tmp_path, clock, rule, who):
    with each_database.write() as session:
        imported(session, tmp_path, PEOPLE, now=clock.now())
        lists.by_name_or_new(session, "autre")
        made = lists.set_rule(session, "dynamique", rule)
        found = lines.contacts(session, list_name="dynamique")
        assert [one.email.split("@")[0] for one in found] == who
        assert len(session.scalars(lists.members(session, made)).all()) == len(who)


def test_whoever_fits_later_is_on_the_list_later(database, tmp_path, clock):
    with database.write() as session:
        made = lists.set_rule(session, "eau", "beat:eau")
        assert session.scalars(lists.members(session, made)).all() == []
        imported(session, tmp_path, PEOPLE, now=clock.now())
        assert len(session.scalars(lists.members(session, made)).all()) == 1
        (eau, presse) = lists.all_lists(session)
        assert (eau.rule, eau.contacts) == ("beat:eau", 1)
        assert (presse.rule, presse.contacts) == ("", 4)


def test_a_list_is_joined_or_ruled_and_never_both(database, tmp_path, clock):
    with database.write() as session:
        imported(session, tmp_path, PEOPLE, now=clock.now())
        with pytest.raises(Conflict, match="one by one"):
            lists.set_rule(session, "presse", "beat:eau")
        lists.set_rule(session, "eau", "beat:eau")
        with pytest.raises(Conflict, match="A rule says who"):
            imported(session, tmp_path, PEOPLE, now=clock.now(), list_name="eau")


def test_a_rule_names_only_lists_that_are_joined(database):
    with database.write() as session:
        lists.set_rule(session, "eau", "beat:eau")
        with pytest.raises(Conflict, match="A rule says who"):
            lists.set_rule(session, "autre", "list:eau")
        with pytest.raises(NotFound, match="no mailing list"):
            lists.set_rule(session, "autre", "list:personne")
        with pytest.raises(BadInput, match="its own rule"):
            lists.set_rule(session, "soi", "list:soi")
        lists.by_name_or_new(session, "vide")
        lists.set_rule(session, "autre", "list:vide")
        with pytest.raises(Conflict, match="names this list"):
            lists.set_rule(session, "vide", "beat:eau")

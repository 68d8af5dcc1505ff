"""Which contact a by-line names: sure of the full name at its outlet, else a question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.values import ContactName
from monitor.matching.authors import SURE, Contacts, Said, Sign, printed_key, propose

HERE = ["Le 360", "لو 360"]
NADIA = ContactName(contact_id=1, name="Nadia El Amrani", outlets=("Le 360",))
HIND = ContactName(contact_id=2, name="Hind Alaoui", outlets=("Hespress", "Le 360"))
DESK = ContactName(contact_id=3, name="La rédaction", outlets=("Le 360",))
YOUSSEF = ContactName(contact_id=4, name="يوسف بناني", outlets=("",))
EVERYBODY = [NADIA, HIND, DESK, YOUSSEF]


def found(line, *contacts, outlets=HERE, said=None):
    return propose(line, outlets, Contacts(contacts or EVERYBODY), said or {})


def signs(proposal):
    return [why.sign for why in proposal.reasons]


def test_the_full_name_of_one_contact_at_its_outlet_is_sure():
    (one,) = found("Par NADIA EL AMRANI avec MAP")
    assert (one.contact_id, one.printed, one.is_sure) == (1, "NADIA EL AMRANI", True)
    assert signs(one) == [Sign.SAME_NAME, Sign.SAME_OUTLET]


@pytest.mark.parametrize("outlet", ["le360", "LE 360", "https://fr.le360.ma", "لو 360"])
def test_an_outlet_is_known_by_its_name_in_any_script_and_by_its_address(outlet):
    contact = ContactName(contact_id=1, name="Nadia El Amrani", outlets=(outlet,))
    assert found("Nadia El Amrani", contact)[0].is_sure


@pytest.mark.parametrize(
    ("line", "sign"),
    [
        ("N. El Amrani", Sign.INITIAL),
        ("نادية العمراني", Sign.OTHER_SCRIPT),
        ("Nadya Elamrani", Sign.SPELLED),
        ("Nadia El Amrani Tazi", Sign.SHORTER),
    ],
)
def test_a_name_that_differs_is_a_question(line, sign):
    (one,) = found(line)
    assert (one.contact_id, one.is_sure) == (1, False)
    assert sign in signs(one)


def test_the_same_name_at_another_outlet_is_a_question():
    (one,) = found("Nadia El Amrani", outlets=["Hespress"])
    assert not one.is_sure
    assert signs(one) == [Sign.SAME_NAME, Sign.OTHER_OUTLET]


def test_an_outlet_of_before_is_a_question_and_says_so():
    (one,) = found("هند العلوي")
    assert not one.is_sure
    assert signs(one)[-1] == Sign.OUTLET_BEFORE


def test_a_contact_whose_outlet_is_not_known_is_a_question():
    (one,) = found("يوسف بناني")
    assert not one.is_sure
    assert signs(one) == [Sign.SAME_NAME, Sign.OUTLET_UNKNOWN]


def test_an_initial_at_another_outlet_names_nobody():
    assert found("N. El Amrani", outlets=["Hespress"]) == []


def test_two_contacts_of_one_name_are_both_shown_and_neither_is_sure():
    twin = ContactName(contact_id=9, name="El Amrani Nadia", outlets=("le360.ma",))
    first, second = found("Nadia El Amrani", NADIA, twin)
    assert first.score == second.score < SURE
    for one in (first, second):
        assert {Sign.NAMESAKES, Sign.UNDECIDED} <= set(signs(one))


def test_a_namesake_at_another_outlet_takes_the_certainty_and_not_the_lead():
    twin = ContactName(contact_id=9, name="Nadia El Amrani", outlets=("Hespress",))
    first, second = found("Nadia El Amrani", twin, NADIA)
    assert (first.contact_id, second.contact_id) == (1, 9)
    assert not first.is_sure
    assert Sign.UNDECIDED not in signs(first)


def test_what_a_person_confirmed_needs_no_question_again():
    said = {printed_key("N. El Amrani"): Said(confirmed=frozenset({1}))}
    (one,) = found("N. EL AMRANI", said=said)
    assert one.is_sure
    assert signs(one) == [Sign.REMEMBERED]


def test_what_a_person_rejected_is_not_proposed_again():
    said = {printed_key("N. El Amrani"): Said(rejected=frozenset({1}))}
    assert found("N. El Amrani", said=said) == []


def test_two_confirmed_contacts_of_one_printed_name_are_a_question_again():
    twin = ContactName(contact_id=9, name="Nada El Amrani", outlets=("Le 360",))
    said = {printed_key("N. El Amrani"): Said(confirmed=frozenset({1, 9}))}
    found_now = found("N. El Amrani", NADIA, twin, said=said)
    assert [one.is_sure for one in found_now] == [False, False]


def test_a_remembered_contact_that_is_gone_is_not_named():
    said = {printed_key("N. El Amrani"): Said(confirmed=frozenset({77}))}
    assert [one.contact_id for one in found("N. El Amrani", said=said)] == [1]


def test_each_person_of_a_line_is_looked_for():
    line = "Nadia El Amrani et Hind Alaoui avec La rédaction"
    assert [one.contact_id for one in found(line)] == [1, 2]


def test_a_contact_written_in_two_scripts_is_sure_in_both():
    both = ContactName(
        contact_id=5, name="Hind Alaoui / هند العلوي", outlets=("Le 360",)
    )
    assert found("Hind Alaoui", both)[0].is_sure
    assert found("هند العلوي", both)[0].is_sure


def test_a_contact_with_an_initial_is_found_though_its_name_is_common():
    many = [
        ContactName(contact_id=place, name=f"Karim Alaoui {'x' * place}y", outlets=())
        for place in range(10, 40)
    ]
    short = ContactName(contact_id=5, name="H. Alaoui", outlets=("Le 360",))
    assert [one.contact_id for one in found("Hind Alaoui", *many, short)] == [5]


NAMES = st.sampled_from(
    [
        *("Nadia El Amrani", "نادية العمراني", "N. El Amrani", "Hind Alaoui"),
        *("هند العلوي", "La rédaction", "MAP", "يوسف بناني", "Youssef Bennani"),
        *("<b>Nadia</b> El Amrani", "\u202eهند العلوي", "Le 360", ""),
    ]
)
CONTACTS = st.lists(
    st.builds(
        ContactName,
        contact_id=st.integers(1, 50),
        name=NAMES,
        outlets=st.lists(
            st.sampled_from(["Le 360", "Hespress", "", "MAP"]), max_size=2
        ).map(tuple),
    ),
    max_size=8,
    unique_by=lambda one: one.contact_id,
)


@given(CONTACTS)
def test_a_desk_is_never_linked(contacts):
    for line in ("La rédaction", "MAP", "Le 360 (avec AFP)", "هيئة التحرير"):
        assert found(line, *contacts, NADIA) == []


@given(NAMES, CONTACTS, st.randoms(use_true_random=False))
def test_the_order_of_the_contacts_changes_nothing(line, contacts, chance):
    mixed = list(contacts)
    chance.shuffle(mixed)
    assert found(line, NADIA, *contacts) == found(line, NADIA, *mixed)


@given(NAMES, CONTACTS)
def test_an_unrelated_contact_changes_nothing(line, contacts):
    other = ContactName(contact_id=99, name="Brigitte Kowalczyk", outlets=("Le 360",))
    assert found(line, NADIA, *contacts) == found(line, NADIA, *contacts, other)


@given(NAMES, CONTACTS)
def test_at_most_one_contact_is_sure_of_a_name_and_each_says_why(line, contacts):
    proposals = found(line, *contacts, DESK)
    assert sum(one.is_sure for one in proposals) <= 1
    assert all(one.reasons for one in proposals)


@pytest.mark.parametrize(
    ("latin", "arabic"),
    [("Nadia El Amrani", "نادية العمراني"), ("Hind Alaoui", "هند العلوي")],
)
def test_either_script_may_be_the_contact_s(latin, arabic):
    ways = [
        found(line, ContactName(contact_id=1, name=name, outlets=("Le 360",)))
        for line, name in ((latin, arabic), (arabic, latin))
    ]
    assert [one.score for (one,) in ways] == [ways[0][0].score] * 2

"""Passwords: long, of any letters, not easily guessed, and none by default."""

import unicodedata

import pytest
from people_makers import an_office_of_people, rows, somebody, visitor

from core import accounts
from core.accounts import passwords
from core.accounts.passwords import Rules
from core.errors import BadInput
from core.models import Account
from core.values import Role

RULES = Rules(least=15, names=("Ministère de l'Habitat", "وزارة الإسكان"))


def refusal(password, name="samira"):
    with pytest.raises(BadInput) as refused:
        passwords.require_good(password, rules=RULES, name=name)
    return refused.value.what


def test_argon2id_is_what_keeps_them():
    assert passwords.hashed("le figuier donne deux fois").startswith("$argon2id$")


def test_every_character_counts_however_long_the_password_is():
    long = "la pluie " * 30
    kept = passwords.hashed(long + "a")
    assert passwords.is_right(kept, long + "a")
    # bcrypt would take these for the same: they differ past the 72nd byte.
    assert not passwords.is_right(kept, long + "b")


@pytest.mark.parametrize("length", [15, 64, 256, 1_000])
def test_a_long_one_is_taken_as_it_is(length):
    password = ("كتابي الأزرق تحت ظل الزيتونة 7 " * 40)[:length]
    passwords.require_good(password, rules=RULES, name="samira")


def test_any_letters_count_and_are_the_same_from_every_keyboard():
    composed = unicodedata.normalize("NFC", "été à Fès, 4 amis")
    parted = unicodedata.normalize("NFD", composed)
    assert composed != parted
    assert passwords.is_right(passwords.hashed(composed), parted)
    passwords.require_good("🌵🐪 dune بحر ⵣ zïgzag", rules=RULES, name="samira")


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("fourteen chars", "too short"),
        ("é" * 14, "too short"),
        ("x" * 1_001, "longer than 1,000"),
        ("passwordpassword1", "easily guessed"),
        ("123456789012345678", "easily guessed"),
        ("aaaaaaaaaaaaaaaaaaaaaaa", "easily guessed"),
        ("qwertyuiopasdfgh", "easily guessed"),
        ("le chat de SAMIRA dort", "contains your name"),
        ("au ministère de l'habitat on dort", "contains your name"),
        ("وزارة الإسكان والشمس 12", "contains your name"),
    ],
)
def test_a_weak_one_is_refused_and_told_why(password, said):
    assert said in refusal(password)


def test_no_kind_of_character_is_asked_for():
    passwords.require_good("figuier lampe barque orage", rules=RULES, name="samira")


def test_nobody_signs_in_to_an_account_without_a_password(tmp_path, clock):
    with an_office_of_people(tmp_path, clock) as office:
        somebody(office, password_hash="")
        with office.database.read() as session:
            for guess in ("", " ", "nobody signs in with this"):
                assert accounts.sign_in(session, name="samira", password=guess) is None


def test_a_new_office_has_no_account_and_no_password(tmp_path, clock):
    with an_office_of_people(tmp_path, clock) as office:
        assert rows(office, Account) == []
        assert visitor(office).get("/").status_code == 303


def test_the_shortest_length_is_a_setting(tmp_path, clock):
    with an_office_of_people(tmp_path, clock, web={"least_password": 20}) as office:
        client = visitor(office, account=somebody(office, role=Role.READER))
        assert "At least 20 characters" in client.get("/account").text

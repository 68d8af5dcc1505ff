"""Names nobody can guess, and names a test can."""

import re

from core.ids import CountedIds, RandomIds


def test_a_random_token_fits_a_mail_header():
    assert re.fullmatch(r"[0-9a-f]{32}", RandomIds().token())


def test_random_tokens_differ():
    ids = RandomIds()
    assert len({ids.token() for _ in range(100)}) == 100


def test_chance_lies_between_nought_and_one():
    assert all(0 <= RandomIds().chance() < 1 for _ in range(100))


def test_counted_ids_are_predictable():
    ids = CountedIds()
    assert [ids.token(), ids.token(), ids.chance()] == ["t1", "t2", 0.5]

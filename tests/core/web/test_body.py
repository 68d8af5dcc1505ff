"""A body, chunk by chunk, within its caps."""

import gzip
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import TooLarge, WrongCoding
from core.web.body import Body, Cap

PACKERS = {
    "": lambda body: body,
    "gzip": gzip.compress,
    "deflate": zlib.compress,
}


def read(packed, coding="", *, most=1_000_000, is_cut=False, step=1_000):
    weighed = []
    body = Body("http://a.test/", Cap(most=most, is_cut=is_cut), weighed.append)
    body.open(coding)
    for at in range(0, len(packed), step):
        if body.is_full:
            break
        body.take(packed[at : at + step])
    whole = body.whole()
    assert sum(weighed) == body.size >= len(whole)
    return whole


@given(st.binary(max_size=5_000), st.sampled_from(sorted(PACKERS)), st.integers(1, 999))
def test_what_was_packed_comes_out_however_it_is_parted(body, coding, step):
    assert read(PACKERS[coding](body), coding, step=step) == body


@given(st.binary(max_size=3_000), st.sampled_from(["gzip", "deflate"]))
def test_any_bytes_are_read_or_refused(packed, coding):
    with suppress(WrongCoding, TooLarge):
        read(packed, coding)


def test_members_glued_together_are_one_body():
    assert read(gzip.compress(b"a" * 99) + gzip.compress(b"b"), "gzip", step=7) == (
        b"a" * 99 + b"b"
    )


@pytest.mark.parametrize("coding", ["", "gzip", "deflate"])
def test_the_cap_is_exact(coding):
    packed = PACKERS[coding](bytes(range(250)) * 40)
    assert len(read(packed, coding, most=10_000)) == 10_000
    with pytest.raises(TooLarge):
        read(packed, coding, most=9_999)
    assert len(read(packed, coding, most=9_999, is_cut=True)) == 9_999


def test_a_bomb_is_found_within_the_first_megabytes():
    packed = gzip.compress(bytes(30_000_000))
    body = Body("http://a.test/", Cap(most=100_000_000), [].append)
    body.open("gzip")
    with pytest.raises(TooLarge, match="bomb"):
        body.take(packed)
    assert body.size <= 200 * len(packed) + 1


def test_an_honest_page_of_one_word_is_no_bomb():
    assert len(read(gzip.compress(b"word " * 190_000), "gzip", step=10_000)) == 950_000

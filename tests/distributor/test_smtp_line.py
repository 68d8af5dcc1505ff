"""A line: its answers are bounded in time and in length, and say how much was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distributor.channels.smtp.answers import Answer
from distributor.channels.smtp.line import Cut, Line


class Wire:
    """The other end: hands out pieces, and takes so many bytes."""

    def __init__(self, *pieces, takes=10**9, forever=b""):
        self.pieces = list(pieces)
        self.takes = takes
        self.forever = forever
        self.taken = b""
        self.reads = 0

    def settimeout(self, seconds):
        assert seconds > 0

    def recv(self, most):
        self.reads += 1
        return self.pieces.pop(0) if self.pieces else self.forever

    def send(self, data):
        if not self.takes:
            raise ConnectionResetError(104, "Connection reset by peer")
        piece = bytes(data[: self.takes])
        self.takes -= len(piece)
        self.taken += piece
        return len(piece)

    def close(self):
        self.pieces = []


class Running:
    """Machine time that runs a second at each look."""

    def __init__(self):
        self.seconds = 0

    def monotonic(self):
        self.seconds += 1
        return self.seconds


class Standing:
    def monotonic(self):
        return 0.0


def a_line(wire, *, timer=None, timeout=30):
    return Line(wire, timeout=timeout, timer=timer or Standing(), host="mail.test")


@given(data=st.data(), code=st.integers(200, 599))
def test_an_answer_is_the_same_however_it_is_cut_into_pieces(data, code):
    words = st.binary(max_size=40).map(
        lambda said: said.replace(b"\n", b"").replace(b"\r", b"")
    )
    said = data.draw(st.lists(words, min_size=1, max_size=5))
    lines = [b"%d-%b\r\n" % (code, line) for line in said[:-1]]
    wire = b"".join([*lines, b"%d %b\r\n" % (code, said[-1])])
    cuts = sorted(data.draw(st.sets(st.integers(1, max(1, len(wire) - 1)))))
    pieces = [wire[a:b] for a, b in zip([0, *cuts], [*cuts, len(wire)], strict=True)]
    answer = a_line(Wire(*[piece for piece in pieces if piece])).read()
    assert answer == Answer(code, b"\n".join(said))


def test_answers_that_come_together_are_read_one_by_one():
    line = a_line(Wire(b"250 a\r\n550-b\r\n550 c\r\n354\r\n"))
    assert [line.read() for _ in range(3)] == [
        Answer(250, b"a"),
        Answer(550, b"b\nc"),
        Answer(354, b""),
    ]
    assert not line.has_more


def test_an_answer_longer_than_it_should_be_is_still_read():
    assert a_line(Wire(b"250 " + b"x" * 5000 + b"\r\n")).read().code == 250


@pytest.mark.parametrize(
    "said",
    [
        b"250-and more\r\n",
        b"x" * 1000,
        b"250 " + b"x" * 1000,
        b"250-" + b"x" * 8000 + b"\r\n",
    ],
)
def test_an_answer_without_end_has_an_end(said):
    wire = Wire(forever=said)
    with pytest.raises(Cut):
        a_line(wire).read()
    assert wire.reads < 6000


@pytest.mark.parametrize(
    "said",
    [
        b"hello\r\n",
        b"25\r\n",
        b"2500 ok\r\n",
        b"\r\n",
        b"250-a\r\n251 b\r\n",
        "٢٥٠ ok\r\n".encode(),
    ],
)
def test_what_is_no_answer_cuts_the_line(said):
    line = a_line(Wire(said))
    with pytest.raises(Cut):
        line.read()
    assert line.is_cut


def test_a_server_that_drips_does_not_get_more_time_for_each_drop():
    wire = Wire(*[b"2"] * 1000)
    with pytest.raises(Cut, match="too long"):
        a_line(wire, timer=Running(), timeout=10).read()
    assert wire.reads < 12


def test_a_server_that_reads_slowly_does_not_get_more_time_for_each_byte():
    class Slow(Wire):
        def send(self, data):
            return super().send(data[:1])

    with pytest.raises(Cut, match="too long") as caught:
        a_line(Slow(), timer=Running(), timeout=10).write(b"x" * 100)
    assert 0 < caught.value.written < 12


def test_a_cut_while_writing_says_how_much_was_written():
    with pytest.raises(Cut) as caught:
        a_line(Wire(takes=7)).write(b"0123456789")
    assert caught.value.written == 7
    assert str(caught.value) == "Connection reset by peer"


def test_what_came_before_a_cut_can_still_be_read():
    line = a_line(Wire(b"552 too big\r\n", takes=0))
    with pytest.raises(Cut):
        line.write(b"x")
    assert line.read().code == 552
    assert line.is_cut

"""A ring in a file: what another process puts in front of it holds at once."""

from core.ids import RandomIds
from core.keys import FileRing, Links, Purpose, Vault, keep_ring, mark, new_key

TOKEN = "0123456789abcdef0123456789abcdef"


def a_ring(tmp_path, *keys):
    path = tmp_path / "secret_key"
    keep_ring(path, keys, RandomIds())
    return path, FileRing(path)


def test_a_new_key_signs_at_once_and_the_old_one_is_still_believed(tmp_path):
    path, ring = a_ring(tmp_path, "old")
    links, vault = Links(ring), Vault(ring)
    link, kept = links.sign(Purpose.UNSUBSCRIBE, TOKEN), vault.shut("secret")
    keep_ring(path, ["new", "old"], RandomIds())
    assert links.sign(Purpose.UNSUBSCRIBE, TOKEN) == Links(["new"]).sign(
        Purpose.UNSUBSCRIBE, TOKEN
    )
    assert links.read(Purpose.UNSUBSCRIBE, link) == TOKEN
    assert vault.open(kept) == "secret"
    assert Vault(["new"]).open(vault.shut("other")) == "other"


def test_a_key_that_left_opens_nothing(tmp_path):
    path, ring = a_ring(tmp_path, "new", "old")
    links, vault = Links(ring), Vault(ring)
    keep_ring(path, ["new"], RandomIds())
    assert links.read(Purpose.READ, Links(["old"]).sign(Purpose.READ, TOKEN)) is None
    assert vault.open(Vault(["old"]).shut("secret")) is None


def test_a_file_that_cannot_be_read_leaves_the_ring_what_it_was(tmp_path):
    path, ring = a_ring(tmp_path, "new", "old")
    path.write_text("")
    assert [*ring] == ["new", "old"]
    path.write_bytes(b"\xff\xfe")
    assert [*ring] == ["new", "old"]
    path.unlink()
    assert ring == ["new", "old"]
    assert len(ring) == 2


def test_a_key_is_called_by_a_mark_that_does_not_tell_it():
    key = new_key(RandomIds())
    assert len(key) == 64
    assert len(mark(key)) == 8
    assert mark(key) not in key
    assert mark(key) == mark(key) != mark("other")


def test_nothing_is_left_beside_the_ring(tmp_path):
    path, _ = a_ring(tmp_path, "old")
    keep_ring(path, ["new", "old"], RandomIds())
    assert [one.name for one in tmp_path.iterdir()] == ["secret_key"]
    assert path.stat().st_mode & 0o777 == 0o600

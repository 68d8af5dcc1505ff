"""Links that people follow without an account, and the keys that sign them."""

import stat

from hypothesis import given
from hypothesis import strategies as st

from core.ids import CountedIds, RandomIds
from core.keys import Links, Purpose, key_ring
from core.settings import Settings

TOKEN = "0123456789abcdef0123456789abcdef"


def test_a_link_opens_its_own_door_only():
    links = Links(["key"])
    signed = links.sign(Purpose.UNSUBSCRIBE, TOKEN)
    assert links.read(Purpose.UNSUBSCRIBE, signed) == TOKEN
    assert links.read(Purpose.PREFERENCES, signed) is None
    assert Links(["other key"]).read(Purpose.UNSUBSCRIBE, signed) is None


def test_a_link_survives_the_rotation_of_keys_until_its_key_leaves_the_ring():
    signed = Links(["old"]).sign(Purpose.BOUNCE, TOKEN)
    assert Links(["new", "old"]).read(Purpose.BOUNCE, signed) == TOKEN
    assert Links(["new", "old"]).sign(Purpose.BOUNCE, TOKEN) != signed


def test_a_mail_server_may_change_the_case_of_the_signature():
    links = Links(["key"])
    signed = links.sign(Purpose.BOUNCE, TOKEN)
    assert links.read(Purpose.BOUNCE, TOKEN + signed[len(TOKEN) :].upper()) == TOKEN


@given(st.text())
def test_what_we_did_not_sign_opens_nothing(forged):
    assert Links(["key"]).read(Purpose.UNSUBSCRIBE, forged) is None


def test_the_key_is_made_once_and_for_its_owner_only(tmp_path):
    settings = Settings(data_dir=tmp_path)
    (first,) = key_ring(settings, RandomIds())
    assert key_ring(settings, RandomIds()) == [first]
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_a_key_that_is_there_is_read_from_a_folder_nobody_can_write(tmp_path):
    settings = Settings(data_dir=tmp_path)
    key = key_ring(settings, RandomIds())

    class NoIds:
        def token(self):
            raise OSError("No space left on device")

    assert key_ring(settings, NoIds()) == key


def test_keys_of_the_settings_come_first_to_last():
    settings = Settings.model_validate({"secret_key": "new, old"})
    assert key_ring(settings, CountedIds()) == ["new", "old"]

"""Folders of mail: looked at without a trace, put away only when told."""

import ssl

import imap_double
import pytest
from smtp_double import Certificate

from core.errors import BadSetting, Unavailable
from core.mailbox import Account, Imap, Maildir, Purpose
from core.settings import Bounces
from distributor.after.mailbox import box

MOST_BYTES = 100_000
PURPOSE = Purpose(mail="returned mail", section="bounces", most_bytes=MOST_BYTES)

ONE, TWO = b"Subject: one\r\n\r\n1\r\n", b"Subject: two\r\n\r\n2\r\n"


def imap(server, *, tls=None, **changes):
    given = {
        "host": "127.0.0.1",
        "port": server.port,
        "security": "none",
        "user": "bounces",
        "password": "open",
        "timeout": 5,
    }
    return Imap(Account(**(given | changes)), PURPOSE, tls=tls)


def contents(opened):
    with opened.mails() as mails:
        return [mail.content for mail in mails]


def put_away(opened):
    with opened.mails() as mails:
        for mail in mails:
            mail.done()


def test_what_is_looked_at_is_given_out_again():
    with imap_double.serving(ONE, TWO) as server:
        opened = imap(server)
        assert contents(opened) == contents(opened) == [ONE, TWO]


def test_what_was_put_away_is_marked_as_seen_and_stays():
    with imap_double.serving(ONE) as server:
        opened = imap(server)
        put_away(opened)
        assert contents(opened) == []
        assert [kept.flags for kept in server.folders["INBOX"]] == [{"\\Seen"}]


@pytest.mark.parametrize("abilities", [("MOVE",), ()])
def test_what_was_put_away_goes_into_the_folder_for_it(abilities):
    with imap_double.serving(ONE, abilities=abilities) as server:
        opened = imap(server, done_folder="Done")
        put_away(opened)
        assert contents(opened) == []
        assert [kept.content for kept in server.folders["Done"]] == [ONE]
        assert not any("EXPUNGE" in said for said in server.heard)


def test_what_is_left_for_a_person_is_not_given_out_again_nor_marked():
    with imap_double.serving(ONE) as server:
        opened = imap(server)
        with opened.mails() as mails:
            next(mails).leave()
        assert contents(opened) == []
        assert server.folders["INBOX"][0].flags == set()


def test_a_mail_of_any_size_is_read_up_to_a_limit():
    with imap_double.serving(ONE + b"x" * (2 * MOST_BYTES)) as server:
        (content,) = contents(imap(server))
        assert len(content) == MOST_BYTES


@pytest.mark.parametrize("at_once", [True, False])
def test_the_line_is_protected_and_the_server_known(tmp_path, at_once):
    proof = Certificate(tmp_path)
    trusting = ssl.create_default_context(cafile=proof.path)
    with imap_double.serving(ONE, context=proof.context, at_once=at_once) as server:
        security = "tls" if at_once else "starttls"
        assert contents(imap(server, tls=trusting, security=security)) == [ONE]
        with pytest.raises(Unavailable, match="certificate verify failed"):
            contents(imap(server, security=security))
        assert sum("LOGIN" in said for said in server.heard) == 1


def test_a_line_that_cannot_be_protected_is_not_used():
    with imap_double.serving(ONE) as server:
        with pytest.raises(Unavailable, match="TLS not supported"):
            contents(imap(server, security="starttls"))
        assert not any("LOGIN" in said for said in server.heard)


@pytest.mark.parametrize("word", ["LOGIN", "SELECT", "UID SEARCH", "UID FETCH"])
@pytest.mark.parametrize("how", ["refuses", "cuts"])
def test_a_server_that_does_not_answer_is_named(word, how):
    with (
        imap_double.serving(ONE, **{how: [word]}) as server,
        pytest.raises(Unavailable, match="cannot be read"),
    ):
        contents(imap(server))


def test_a_wrong_password_is_said_and_never_shown():
    with (
        imap_double.serving(ONE) as server,
        pytest.raises(Unavailable) as caught,
    ):
        contents(imap(server, password="guess"))
    assert "guess" not in str(caught.value)


def test_a_folder_name_is_one_word_to_the_server():
    with imap_double.serving(ONE, folder="Returned mail") as server:
        assert contents(imap(server, folder="Returned mail")) == [ONE]
        with pytest.raises(BadSetting):
            contents(imap(server, folder="Retours\r\nA1 DELETE INBOX"))


@pytest.fixture
def folder(tmp_path):
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "new" / "1.a").write_bytes(ONE)
    (tmp_path / "new" / "2.b").write_bytes(TWO)
    return tmp_path


def names(folder):
    return sorted(
        str(path.relative_to(folder)) for path in folder.glob("*/*") if path.is_file()
    )


def test_a_maildir_is_given_out_until_it_was_put_away(folder):
    opened = Maildir(folder, PURPOSE)
    assert contents(opened) == contents(opened) == [ONE, TWO]
    with opened.mails() as mails:
        next(mails).done()
        next(mails).leave()
    assert names(folder) == ["cur/1.a:2,S", "cur/2.b:2,"]
    assert contents(opened) == []


def test_a_maildir_that_is_not_there_is_named(tmp_path):
    with pytest.raises(Unavailable, match="cannot be used"):
        contents(Maildir(tmp_path / "missing", PURPOSE))


def test_an_office_without_a_box_reads_none():
    assert box(Bounces()) is None
    assert isinstance(box(Bounces(maildir="returns")), Maildir)
    assert isinstance(box(Bounces(host="imap.office.test")), Imap)

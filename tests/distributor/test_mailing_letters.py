"""What a reader's mail program and mail server see of an edition, and of a notice."""

from contextlib import contextmanager
from dataclasses import replace

import pytest
from aiosmtpd.controller import Controller
from mailing_makers import (
    ARABIC,
    AT,
    FRENCH,
    PDF,
    a_list,
    a_notice,
    an_edition,
    readers,
    token_of,
)
from message_makers import PUBLIC, a_person, read
from sending_makers import LINKS, sending, settings
from smtp_double import a_channel

from core.keys import Purpose
from distributor.channels.base import File
from distributor.sending import enclosures
from distributor.sending.letters import Letters

OPEN = settings(web=PUBLIC)


@pytest.fixture
def list_id(database, clock):
    with database.write() as session:
        members = readers(session, "fr", "ar", now=clock.now())
        return a_list(session, "Cabinet du ministre", members=members)


def letters(database, given):
    return Letters(database, settings=given, links=LINKS, signs={"outbox": True})


def edition(database, clock, ids, list_id, **changes):
    with database.write() as session:
        return an_edition(session, clock=clock, ids=ids, list_id=list_id, **changes).id


def mail(database, dispatch_id, language="fr", *, given=OPEN):
    letter = letters(database, given).letter(dispatch_id, language)
    return read(letter.address(a_person()).content)


def words_of(message):
    return [
        message.get_body((kind,)).get_content().replace("\r\n", "\n")
        for kind in ("plain", "html")
    ]


def link(purpose):
    return f"https://presse.gov.test/{purpose}/{LINKS.sign(purpose, 't1')}"


@pytest.mark.parametrize("body", [FRENCH, ARABIC], ids=["fr", "ar"])
def test_an_edition_comes_as_it_was_composed_with_its_reader_s_links(
    database, clock, ids, list_id, body
):
    dispatch_id = edition(database, clock, ids, list_id)
    message = mail(database, dispatch_id, body.language)
    assert message["Subject"] == body.subject
    assert message["From"] == "Ministère <presse@ministere.test>"
    assert message["Content-Language"] == body.language
    assert message["List-Id"] == "Cabinet du ministre <list-1.ministere.test>"
    assert link(Purpose.UNSUBSCRIBE) in message["List-Unsubscribe"]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] is None
    assert "1:edition:parution" in message["Feedback-ID"]
    wanted = {
        0xE002: link(Purpose.UNSUBSCRIBE),
        0xE003: link(Purpose.PREFERENCES),
        0xE005: link(Purpose.READ),
    }
    for said, composed in zip(words_of(message), (body.plain, body.page), strict=True):
        whole = composed.translate(wanted)
        lines = [line.rstrip(" ") for line in said.split("\n")]
        assert "\n".join(lines).strip() == whole.strip()
        assert "Nadia" not in said
    assert [
        (part.get_filename(), part.get_content_type(), part.get_content())
        for part in message.iter_attachments()
    ] == [(file.name, file.media_type, file.content) for file in body.files]


def test_without_a_public_address_the_lines_of_its_pages_are_left_out(
    database, clock, ids, list_id
):
    dispatch_id = edition(database, clock, ids, list_id)
    message = mail(database, dispatch_id, given=settings())
    plain, page = words_of(message)
    for said in (plain, page):
        assert "Sur le web" not in said
        assert "Préférences" not in said
        assert "mailto:presse@ministere.test?subject=unsubscribe%20" in said
    assert "</html>" in page
    assert "https" not in message["List-Unsubscribe"]


def test_a_notice_says_that_a_machine_wrote_it_and_offers_no_way_out(
    database, clock, ids
):
    with database.write() as session:
        dispatch_id = a_notice(session, clock=clock, ids=ids).id
    message = mail(database, dispatch_id)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Id"] == "<notices.ministere.test>"
    assert message["List-Unsubscribe"] is None
    assert message["List-Unsubscribe-Post"] is None
    assert words_of(message)[0].strip() == "Un titre a publié trop tôt."


def test_a_provider_gets_the_same_in_parts(database, clock, ids, list_id):
    dispatch_id = edition(database, clock, ids, list_id)
    letter = letters(database, OPEN).letter(dispatch_id, "fr")
    message = letter.address(a_person(), wants_parts=True)
    page = message.parts.page
    for mark, value in message.personal.items():
        page = page.replace(mark, value)
    assert link(Purpose.READ) in page
    assert link(Purpose.UNSUBSCRIBE) in page
    assert message.parts.subject == FRENCH.subject
    assert [file.name for file in message.parts.files] == ["revue.pdf"]
    assert not any("\ue000" <= sign <= "\ue00f" for sign in page)


@pytest.mark.parametrize("page", [FRENCH.page, "<p>Sans fin</p>"])
def test_a_file_too_large_to_travel_is_named_instead(
    database, clock, ids, list_id, page
):
    large = File(
        name="revue <entière>.pdf",
        media_type="application/pdf",
        content=b"x" * (enclosures.MOST_BYTES + 1),
    )
    body = replace(FRENCH, page=page, files=(large, PDF))
    dispatch_id = edition(database, clock, ids, list_id, bodies=[body])
    message = mail(database, dispatch_id)
    assert [part.get_filename() for part in message.iter_attachments()] == ["revue.pdf"]
    plain, shown = words_of(message)
    assert "- revue <entière>.pdf" in plain
    assert "revue &lt;entière&gt;.pdf" in shown


@contextmanager
def a_mail_server():
    """A real SMTP server on this machine; answers what it took."""

    class Mailbox:
        def __init__(self):
            self.taken = {}

        async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
            self.taken[envelope.rcpt_tos[0]] = envelope.content
            return "250 OK"

    class AnyPort(Controller):
        def _trigger_server(self):
            # aiosmtpd dials the port it was asked for, which is 0.
            self.port = self.server.sockets[0].getsockname()[1]
            super()._trigger_server()

    mailbox = Mailbox()
    server = AnyPort(mailbox, hostname="127.0.0.1", port=0)
    server.start()
    try:
        yield server.port, mailbox.taken
    finally:
        server.stop()


def test_a_real_mail_server_gets_the_edition_in_each_language_with_its_pdf(
    database, clock, ids, list_id
):
    dispatch_id = edition(
        database,
        clock,
        ids,
        list_id,
        channel="smtp",
        bodies=(FRENCH, replace(ARABIC, files=(replace(PDF, name="عرض الصحافة.pdf"),))),
    )
    with a_mail_server() as (port, taken):
        office = sending(
            database, clock=clock, ids=ids, channel=a_channel(port), given=OPEN
        )
        clock.move_to(AT)
        assert office.tick() == 2
    for address, body, name in (
        ("p0@cabinet.test", FRENCH, "revue.pdf"),
        ("p1@cabinet.test", ARABIC, "عرض الصحافة.pdf"),
    ):
        message = read(taken[address])
        token = token_of(database, dispatch_id, address)
        assert message["To"].addresses[0].addr_spec == address
        assert message["Subject"] == body.subject
        assert message["Content-Language"] == body.language
        assert message["List-Id"] == "Cabinet du ministre <list-1.ministere.test>"
        assert LINKS.sign(Purpose.UNSUBSCRIBE, token) in message["List-Unsubscribe"]
        (attached,) = message.iter_attachments()
        assert attached.get_filename() == name
        assert attached.get_content() == PDF.content
        for said in words_of(message):
            assert LINKS.sign(Purpose.READ, token) in said

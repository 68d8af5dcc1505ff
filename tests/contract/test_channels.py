"""What every channel promises, whatever it is made of."""

import re
from contextlib import closing

import pytest
from aiosmtpd.controller import Controller
from pydantic import BaseModel, ValidationError
from sendgrid_double import SendGridDouble

import distributor.channels
from core.catalogue import members
from distributor.channels.base import ChannelFault, Message, Parts, Verdict

KINDS = members(distributor.channels, "Channel")
# For the channels that build the mails themselves.
PARTS = Parts(
    key="letter",
    sender_name="Ministère",
    sender="presse@ministere.test",
    reply_to="",
    subject="x",
    plain="Text",
    page="<p>Text</p>",
    headers={},
)
# Those a program sends through; the others are people's work.
SENDING = sorted(
    name for name, kind in KINDS.items() if not getattr(kind, "by_hand", False)
)


class Mailbox:
    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        return "250 OK"


class AnyPort(Controller):
    def _trigger_server(self):
        # aiosmtpd dials the port it was asked for, which is 0.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def options(tmp_path):
    """How each channel is set up here; a new channel adds its line."""
    server = AnyPort(Mailbox(), hostname="127.0.0.1", port=0)
    server.start()
    try:
        with SendGridDouble() as sendgrid:
            yield {
                "outbox": {"folder": tmp_path / "outbox"},
                "sendgrid": sendgrid.options,
                "smtp": {"host": "127.0.0.1", "port": server.port, "security": "none"},
            }
    finally:
        server.stop()


@pytest.fixture
def broken(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    return {
        "manual": {},
        "outbox": {"folder": tmp_path / "file" / "outbox"},
        "sendgrid": {"key": "SG.x", "host": "http://127.0.0.1:1"},
        "smtp": {"host": "127.0.0.1", "port": 1, "security": "none"},
    }


def opened(name, given):
    return KINDS[name](KINDS[name].Options.model_validate(given))


def messages(count):
    return [
        Message(
            sender="presse@ministere.test",
            recipient=f"p{number}@presse.test",
            content=b"Subject: x\r\nMessage-ID: <t@x.test>\r\n\r\nText\r\n",
            parts=PARTS,
            token=f"t{number}",
        )
        for number in range(count)
    ]


@pytest.mark.parametrize("name", SENDING)
def test_a_channel_answers_once_for_each_message(name, options):
    channel = opened(name, options[name])
    assert channel.depth >= 1
    with closing(channel.connect()) as connection:
        for _ in range(2):
            outcomes = connection.send(messages(channel.depth)).outcomes
            assert [one.verdict for one in outcomes] == [
                Verdict.ACCEPTED
            ] * channel.depth


@pytest.mark.parametrize("name", SENDING)
def test_connections_of_one_channel_do_not_disturb_each_other(name, options):
    channel = opened(name, options[name])
    with closing(channel.connect()) as one, closing(channel.connect()) as other:
        for connection in (one, other, one):
            (outcome,) = connection.send(messages(1)).outcomes
            assert outcome.verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_channel_that_cannot_work_says_so_in_a_sentence(name, broken):
    with pytest.raises(ChannelFault) as caught:
        opened(name, broken[name]).connect()
    assert caught.value.reason.endswith(".")


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_setting_is_described_and_unknown_ones_are_refused(name):
    kind = KINDS[name]
    assert issubclass(kind.Options, BaseModel)
    assert re.fullmatch(r"[a-z_]+", name)
    for field in kind.Options.model_fields.values():
        assert field.description
    with pytest.raises(ValidationError):
        kind.Options.model_validate({"no_such_setting": 1})

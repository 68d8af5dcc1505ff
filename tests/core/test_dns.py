"""Text records, asked of a name server that runs here."""

import socketserver
import threading

import dns.message
import dns.rcode
import dns.rrset
import pytest

from core.dns import SystemResolver
from core.errors import Unavailable

RECORDS = {
    "ministere.example.": ['"v=spf1 mx" " -all"', '"other"'],
    "empty.example.": [],
}


class Answers(socketserver.BaseRequestHandler):
    """Answers from RECORDS; says nothing about silent.example."""

    def handle(self):
        wire, listening = self.request
        asked = dns.message.from_wire(wire)
        name = asked.question[0].name
        if name.to_text() == "silent.example.":
            return
        answer = dns.message.make_response(asked)
        if name.to_text() == "broken.example.":
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif name.to_text() not in RECORDS:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif RECORDS[name.to_text()]:
            answer.answer.append(
                dns.rrset.from_text(name, 60, "IN", "TXT", *RECORDS[name.to_text()])
            )
        listening.sendto(answer.to_wire(), self.client_address)


@pytest.fixture
def resolver():
    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield SystemResolver(
            seconds=0.5, servers=["127.0.0.1"], port=server.server_address[1]
        )
        server.shutdown()
        thread.join()


def test_the_pieces_of_a_record_are_put_together(resolver):
    assert sorted(resolver.texts("ministere.example")) == ["other", "v=spf1 mx -all"]


@pytest.mark.parametrize("name", ["empty.example", "nowhere.example"])
def test_a_name_without_records_has_none(resolver, name):
    assert resolver.texts(name) == ()


@pytest.mark.parametrize(
    "name", ["silent.example", "broken.example", "bad..name", "x" * 80 + ".example"]
)
def test_a_question_without_an_answer_is_named(resolver, name):
    with pytest.raises(Unavailable, match="did not answer") as caught:
        resolver.texts(name)
    assert caught.value.to == name

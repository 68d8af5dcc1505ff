"""A local SendGrid: the v3 API as far as we use it, with its limits, its faults and its reports.

It is strict where the real one is, and does what it is told to do wrong, in the order told.
"""

import base64
import json
import re
import socket
import struct
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from core.clock import StoppedClock

KEY = "SG.a-key.of-tests"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
_MOST_BYTES = 30_000_000
_ITS_OWN = {
    "x-sg-id",
    "x-sg-eid",
    "received",
    "dkim-signature",
    "content-type",
    "content-transfer-encoding",
    "to",
    "from",
    "subject",
    "reply-to",
    "cc",
    "bcc",
}
_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")


class Fault(StrEnum):
    """What goes wrong with one request."""

    ACCEPT_THEN_HANG = "accept-then-hang"
    ACCEPT_THEN_RESET = "accept-then-reset"
    ACCEPT_THEN_DRIP = "accept-then-drip"
    # Nothing is taken, and nothing is answered.
    HANG = "hang"
    RESET = "reset"
    # The line ends before the request was read.
    RESET_WHILE_READING = "reset-while-reading"
    HTML = "html"
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class Says:
    """An answer as scripted; nothing is taken."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    message: str = "as told"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """One recipient's mail, as taken."""

    message_id: str
    address: str
    token: str
    plain: str
    page: str
    subject: str
    headers: Mapping[str, str]
    send_at: datetime | None
    batch: str
    body: Mapping[str, object]


class Refused(Exception):
    def __init__(self, message, field_name=None, status=400):
        super().__init__(message)
        self.errors = [{"message": message, "field": field_name, "help": None}]
        self.status = status


class SendGridDouble:
    """Use as a context: `with SendGridDouble() as sendgrid:` serves `sendgrid.url`."""

    def __init__(self, *, clock=None, key=KEY):
        self.clock = clock or StoppedClock(NOON)
        self.key = key
        self.scopes = ["mail.send", "user.scheduled_sends.create", "suppression.read"]
        self.accepted: list[Accepted] = []
        # Each mail/send request that was read: its status (0 when unanswered) and recipients.
        self.requests: list[tuple[int, int]] = []
        # Addresses the provider finds wrong.
        self.bad_addresses: set[str] = set()
        self.most_bytes = _MOST_BYTES
        self.batches: dict[str, str] = {}
        self.calls: list[str] = []
        self.suppressions = {
            name: []
            for name in (
                "bounces",
                "blocks",
                "spam_reports",
                "unsubscribes",
                "invalid_emails",
            )
        }
        self.groups: dict[int, list[str]] = {}
        self.signing_key = ec.generate_private_key(ec.SECP256R1())
        self._faults: deque = deque()
        self._other_faults: dict[str, deque] = {}
        self._lock = threading.Lock()
        self._number = 0
        self.closing = threading.Event()

    # -- its life ---------------------------------------------------------------------

    def __enter__(self):
        double = self

        class Handler(_Handler):
            sendgrid = double

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def options(self):
        return {"key": self.key, "host": self.url}

    # -- what tests say and ask ---------------------------------------------------------

    def script(self, *faults):
        """What the next mail/send requests meet, one each; None for nothing special."""
        self._faults.extend(faults)

    def script_for(self, path, *faults):
        self._other_faults.setdefault(path, deque()).extend(faults)

    def arriving(self):
        """The tokens of what really leaves: mail of a cancelled batch is thrown away."""
        return [
            one.token
            for one in self.accepted
            if self.batches.get(one.batch) not in {"cancel", "pause"}
        ]

    @property
    def public_key(self):
        return base64.b64encode(
            self.signing_key.public_key().public_bytes(
                Encoding.DER, PublicFormat.SubjectPublicKeyInfo
            )
        ).decode()

    def event(self, one, kind, *, at=None, number=0, **more):
        """A report about a mail, as the Event Webhook says it."""
        moment = int((at or self.clock.now()).timestamp())
        return {
            "email": one.address,
            "timestamp": moment,
            "event": kind,
            "sg_event_id": f"ev-{one.token}-{kind}-{number}",
            "sg_message_id": f"{one.message_id}.filter-7.1",
            "smtp-id": f"<{one.token}@geopod>",
            "delivery": one.token,
            **more,
        }

    def signed(self, events, *, at=None, key=None):
        """The body and the headers of one webhook request."""
        body = events if isinstance(events, bytes) else json.dumps(events).encode()
        stamp = str(int((at or self.clock.now()).timestamp()))
        made = (key or self.signing_key).sign(
            stamp.encode() + body, ec.ECDSA(hashes.SHA256())
        )
        return body, {
            "Content-Type": "application/json",
            "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(made).decode(),
            "X-Twilio-Email-Event-Webhook-Timestamp": stamp,
        }

    # -- the API ------------------------------------------------------------------------

    def fault_for(self, path):
        with self._lock:
            queue = (
                self._faults if path == "mail/send" else self._other_faults.get(path)
            )
            return queue.popleft() if queue else None

    def take(self, raw):
        """Validate one mail/send as a whole, and keep each recipient's mail."""
        if len(raw) > self.most_bytes:
            raise Refused("The request is too large.", status=413)
        body = _json(raw)
        self._check(body)
        with self._lock:
            self._number += 1
            message_id = f"msg{self._number:06d}"
            self.accepted += [
                _accepted(message_id, body, one) for one in body["personalizations"]
            ]
        return message_id

    def _check(self, body):
        _check_letter(body)
        seen = set()
        for number, one in enumerate(body["personalizations"]):
            _check_personalization(one, f"personalizations.{number}")
            for place, to in enumerate(one["to"]):
                where = f"personalizations.{number}.to.{place}.email"
                address = to["email"].lower()
                if not _ADDRESS.fullmatch(address) or address in self.bad_addresses:
                    raise Refused("Does not contain a valid address.", where)
                if address in seen:
                    raise Refused(
                        "Each unique email address in the personalizations array should "
                        "only be included once.",
                        where,
                    )
                seen.add(address)
        if len(seen) > 1000:
            raise Refused("Too many recipients.", "personalizations")
        self._check_hour(body)

    def _check_hour(self, body):
        send_at = body.get("send_at")
        if send_at is not None:
            if not isinstance(send_at, int):
                raise Refused("send_at must be a Unix timestamp.", "send_at")
            moment = datetime.fromtimestamp(send_at, UTC)
            if moment > self.clock.now() + timedelta(hours=72):
                raise Refused("Scheduling more than 72 hours ahead.", "send_at")
        batch = body.get("batch_id")
        if batch is not None and batch not in self.batches:
            raise Refused("The batch_id is not valid.", "batch_id")

    def new_batch(self):
        with self._lock:
            self._number += 1
            name = f"batch{self._number:06d}"
            self.batches[name] = ""
        return name

    def schedule(self, raw):
        body = _json(raw)
        name, status = body.get("batch_id"), body.get("status")
        if name not in self.batches or status not in {"cancel", "pause"}:
            raise Refused("invalid batch id or status")
        if self.batches[name]:
            raise Refused("a status update already exists for this batch id")
        hours = [one.send_at for one in self.accepted if one.batch == name]
        limit = self.clock.now() + timedelta(minutes=10)
        if any(hour is not None and hour <= limit for hour in hours):
            raise Refused("too late: within 10 minutes of send_at")
        if sum(1 for known in self.batches.values() if known) >= 10:
            raise Refused("at most 10 batches may be paused or cancelled")
        self.batches[name] = status
        return {"batch_id": name, "status": status}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        """A client that hung up is no news here."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    sendgrid: SendGridDouble

    def log_message(self, *_):
        pass

    def do_POST(self):
        self._answer()

    def do_GET(self):
        self._answer()

    def _answer(self):
        address = urlsplit(self.path)
        path = address.path.removeprefix("/v3/")
        self.sendgrid.calls.append(f"{self.command} {path}")
        fault = self.sendgrid.fault_for(path)
        if fault is Fault.RESET_WHILE_READING:
            self._reset()
            return
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            self._check_key()
            if path == "mail/send":
                self._mail(raw, fault)
            else:
                self._other(path, raw, parse_qs(address.query), fault)
        except Refused as error:
            self._note(path, raw, error.status)
            self._say(error.status, {"errors": error.errors})

    def _check_key(self):
        if self.headers["Authorization"] != f"Bearer {self.sendgrid.key}":
            raise Refused(
                "The provided authorization grant is invalid, expired, or revoked",
                status=401,
            )

    def _mail(self, raw, fault):
        if isinstance(fault, Says):
            self._note("mail/send", raw, fault.status)
            self._as_told(fault)
            return
        if fault in {Fault.HTML, Fault.MALFORMED, Fault.HANG, Fault.RESET}:
            self._note("mail/send", raw, 0)
            self._misbehave(fault)
            return
        message_id = self.sendgrid.take(raw)
        self._note("mail/send", raw, 0 if fault else 202)
        if fault is None:
            self._say(202, None, {"X-Message-Id": message_id})
        elif fault is Fault.ACCEPT_THEN_DRIP:
            self._drip(message_id)
        else:
            self._misbehave(Fault(fault.removeprefix("accept-then-")))

    def _other(self, path, raw, query, fault):
        if isinstance(fault, Says):
            self._as_told(fault)
        elif fault is not None:
            self._misbehave(fault)
        else:
            self._serve(path, raw, query)

    def _serve(self, path, raw, query):
        if path == "scopes":
            self._say(200, {"scopes": self.sendgrid.scopes})
        elif path == "mail/batch":
            self._say(201, {"batch_id": self.sendgrid.new_batch()})
        elif path == "user/scheduled_sends" and self.command == "POST":
            self._say(201, self.sendgrid.schedule(raw))
        elif path.startswith("user/scheduled_sends"):
            self._schedules(path)
        elif path.startswith("suppression/"):
            self._suppressions(path.removeprefix("suppression/"), query)
        elif path.startswith("asm/groups/"):
            self._group(int(path.split("/")[2]), raw)
        else:
            self._say(404, {"errors": [{"message": "not found", "field": None}]})

    def _schedules(self, path):
        named = path.removeprefix("user/scheduled_sends").strip("/")
        rows = [
            {"batch_id": name, "status": status}
            for name, status in self.sendgrid.batches.items()
            if status and named in {"", name}
        ]
        self._say(200, rows)

    def _suppressions(self, name, query):
        """Newest first, a page at a time, like the real one."""
        since = int(query.get("start_time", ["0"])[0])
        limit = int(query.get("limit", ["500"])[0])
        offset = int(query.get("offset", ["0"])[0])
        rows = sorted(
            (
                row
                for row in self.sendgrid.suppressions[name]
                if row["created"] >= since
            ),
            key=lambda row: -row["created"],
        )
        self._say(200, rows[offset : offset + min(limit, 500)])

    def _group(self, group, raw):
        if group not in self.sendgrid.groups:
            self._say(404, {"errors": [{"message": "no such group", "field": None}]})
        elif self.command == "POST":
            addresses = _json(raw)["recipient_emails"]
            self.sendgrid.groups[group] += addresses
            self._say(201, {"recipient_emails": addresses})
        else:
            self._say(200, self.sendgrid.groups[group])

    def _note(self, path, raw, status):
        if path == "mail/send":
            try:
                count = len(json.loads(raw)["personalizations"])
            except (ValueError, KeyError, TypeError):
                count = 0
            self.sendgrid.requests.append((status, count))

    def _say(self, status, body, headers=None):
        raw = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def _as_told(self, told):
        body = {"errors": [{"message": told.message, "field": None, "help": None}]}
        self._say(told.status, body, told.headers)

    def _misbehave(self, fault):
        self.close_connection = True
        if fault is Fault.HANG:
            self.sendgrid.closing.wait(60)
        elif fault is Fault.RESET:
            self._reset()
        elif fault is Fault.HTML:
            page = b"<html><h1>Please sign in</h1></html>"
            self.wfile.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: "
                + str(len(page)).encode()
                + b"\r\n\r\n"
                + page
            )
        elif fault is Fault.MALFORMED:
            self.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"errors"')

    def _drip(self, message_id):
        """Sends a sign every fiftieth of a second, as long as the other side lasts."""
        self.close_connection = True
        endless = "X-Slow: " + "x" * 60_000
        head = f"HTTP/1.1 202 Accepted\r\nX-Message-Id: {message_id}\r\n{endless}"
        try:
            for sign in head.encode():
                self.wfile.write(bytes([sign]))
                if self.sendgrid.closing.wait(0.02):
                    return
        except OSError:
            # It hung up, as it should.
            return

    def _reset(self):
        self.close_connection = True
        self.connection.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
        self.connection.close()


def _json(raw):
    try:
        body = json.loads(raw)
    except ValueError:
        raise Refused("Bad Request") from None
    if not isinstance(body, dict):
        raise Refused("Bad Request")
    return body


def _check_letter(body):
    people = body.get("personalizations")
    if not isinstance(people, list) or not 1 <= len(people) <= 1000:
        raise Refused("1 to 1000 personalizations.", "personalizations")
    if not _ADDRESS.fullmatch(body.get("from", {}).get("email", "")):
        raise Refused("Does not contain a valid address.", "from.email")
    if not body.get("subject"):
        raise Refused("The subject is required.", "subject")
    content = body.get("content")
    if not content or [one["type"] for one in content] != ["text/plain", "text/html"]:
        raise Refused("text/plain first, then text/html.", "content")
    if not all(one["value"] for one in content):
        raise Refused(
            "The content value must be a string of one sign or more.", "content"
        )
    for file in body.get("attachments", []):
        if not file["content"] or not file["filename"]:
            raise Refused("An attachment needs a content and a name.", "attachments")
        base64.b64decode(file["content"], validate=True)
    if len(body.get("categories", [])) > 10:
        raise Refused("At most 10 categories.", "categories")
    _check_headers(body.get("headers", {}), "headers")


def _check_personalization(one, where):
    if not one.get("to"):
        raise Refused("The to array is required.", f"{where}.to")
    arguments = json.dumps(one.get("custom_args", {}))
    if len(arguments.encode()) > 10_000:
        raise Refused("custom_args is larger than 10000 bytes.", f"{where}.custom_args")
    substitutions = json.dumps(one.get("substitutions", {}), ensure_ascii=False)
    if len(substitutions.encode()) > 10_000:
        raise Refused("substitutions are too large.", f"{where}.substitutions")
    _check_headers(one.get("headers", {}), f"{where}.headers")


def _check_headers(headers, where):
    for name, value in headers.items():
        if name.lower() in _ITS_OWN or re.search(r"[\r\n]", name + value):
            raise Refused(f"The header {name} is not allowed.", where)


def _accepted(message_id, body, one):
    def filled(text):
        for mark, value in one.get("substitutions", {}).items():
            text = text.replace(mark, value)
        return text

    send_at = body.get("send_at")
    return Accepted(
        message_id=message_id,
        address=one["to"][0]["email"],
        token=one.get("custom_args", {}).get("delivery", ""),
        plain=filled(body["content"][0]["value"]),
        page=filled(body["content"][1]["value"]),
        subject=filled(body["subject"]),
        headers={**body.get("headers", {}), **one.get("headers", {})},
        send_at=None if send_at is None else datetime.fromtimestamp(send_at, UTC),
        batch=body.get("batch_id", ""),
        body=body,
    )

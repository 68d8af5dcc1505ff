"""An IMAP server on 127.0.0.1 with one account and a few folders, and the faults it is told."""

import re
import socket
import ssl
import threading
from contextlib import contextmanager, suppress


class Kept:
    """One message in a folder."""

    def __init__(self, number, content):
        self.number = number
        self.content = content
        self.flags = set()


class Double(threading.Thread):
    """Answers any number of connections one after the other; keeps all it was told.

    `refuses` are the words it says NO to, and `cuts` those after which it hangs up.
    """

    def __init__(
        self,
        *messages,
        folder="INBOX",
        context=None,
        at_once=True,
        abilities=("MOVE", "UIDPLUS"),
        refuses=(),
        cuts=(),
        password="open",  # noqa: S107 - of a double
    ):
        super().__init__(daemon=True)
        self.abilities = abilities
        self.context = context
        self.at_once = at_once
        self.refuses = refuses
        self.cuts = set(cuts)
        self.password = password
        self.folders = {folder: [], "Done": []}
        self.name = folder
        self.last = 0
        self.heard = []
        for content in messages:
            self.add(content)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def add(self, content, folder=None):
        self.last += 1
        kept = Kept(self.last, content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
        self.folders[folder or self.name].append(kept)

    def run(self):
        with suppress(OSError):
            while True:
                line, _ = self.listener.accept()
                line.settimeout(10)
                with suppress(OSError):
                    self.talk(line)

    def talk(self, line):
        if self.context and self.at_once:
            line = self.context.wrap_socket(line, server_side=True)
        talk = Talk(self, line)
        try:
            talk.play()
        finally:
            talk.reader.close()
            talk.line.close()

    def close(self):
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.join(timeout=10)


class Talk:
    def __init__(self, server, line):
        self.server = server
        self.line = line
        self.reader = line.makefile("rb")
        self.folder = None

    def say(self, *lines):
        self.line.sendall("".join(f"{line}\r\n" for line in lines).encode())

    def play(self):
        self.say("* OK here")
        while heard := self.reader.readline():
            tag, _, rest = heard.decode().strip().partition(" ")
            self.server.heard.append(rest)
            word = " ".join(rest.split()[: 2 if rest.startswith("UID") else 1]).upper()
            if word in self.server.cuts:
                self.server.cuts.discard(word)
                return
            if word in self.server.refuses:
                self.say(f"{tag} NO not here")
                continue
            self.answer(word, tag, rest)
            if word == "LOGOUT":
                return

    def answer(self, word, tag, rest):
        done = getattr(self, "do_" + word.replace(" ", "_").lower())(tag, rest)
        if done is not False:
            self.say(f"{tag} OK done")

    def do_capability(self, tag, rest):
        can = ["IMAP4rev1", *self.server.abilities]
        if self.server.context and not self.server.at_once:
            can.append("STARTTLS")
        self.say("* CAPABILITY " + " ".join(can))

    def do_starttls(self, tag, rest):
        self.say(f"{tag} OK go on")
        self.reader.close()
        self.line = self.server.context.wrap_socket(self.line, server_side=True)
        self.reader = self.line.makefile("rb")
        return False

    def do_login(self, tag, rest):
        if not rest.endswith(f'"{self.server.password}"'):
            self.say(f"{tag} NO wrong")
            return False
        return True

    def do_select(self, tag, rest):
        name = rest.split(" ", 1)[1].strip('"')
        if name not in self.server.folders:
            self.say(f"{tag} NO no such folder")
            return False
        self.folder = self.server.folders[name]
        self.say(f"* {len(self.folder)} EXISTS", "* OK [UIDVALIDITY 7] valid")
        return True

    def do_uid_search(self, tag, rest):
        without = {"UNSEEN": "\\Seen", "UNDELETED": "\\Deleted"}[rest.split()[-1]]
        found = [str(one.number) for one in self.folder if without not in one.flags]
        self.say(" ".join(["* SEARCH", *found]))

    def do_uid_fetch(self, tag, rest):
        asked = re.search(r"FETCH (\d+) .*<0\.(\d+)>", rest)
        for place, kept in enumerate(self.folder, 1):
            if kept.number == int(asked[1]):
                part = kept.content[: int(asked[2])]
                head = f"* {place} FETCH (UID {kept.number} BODY[]<0> {{{len(part)}}}"
                self.line.sendall(head.encode() + b"\r\n" + part + b")\r\n")

    def do_uid_store(self, tag, rest):
        asked = re.search(r"STORE (\d+) \+FLAGS.* \((.*)\)", rest)
        for kept in self.folder:
            if kept.number == int(asked[1]):
                kept.flags.update(asked[2].split())

    def do_uid_copy(self, tag, rest):
        asked = re.search(r'COPY (\d+) "?([^"]+)"?', rest)
        for kept in list(self.folder):
            if kept.number == int(asked[1]):
                self.server.add(kept.content, asked[2])

    def do_uid_move(self, tag, rest):
        self.do_uid_copy(tag, rest.replace("MOVE", "COPY"))
        number = int(re.search(r"MOVE (\d+)", rest)[1])
        self.folder[:] = [kept for kept in self.folder if kept.number != number]

    def do_uid_expunge(self, tag, rest):
        number = int(rest.split()[-1])
        self.folder[:] = [kept for kept in self.folder if kept.number != number]

    def do_noop(self, tag, rest):
        pass

    def do_logout(self, tag, rest):
        self.say("* BYE")


@contextmanager
def serving(*messages, **how):
    double = Double(*messages, **how)
    double.start()
    try:
        yield double
    finally:
        double.close()


def server_context(certificate, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context

"""The command blocks of a page of docs, and a terminal that runs them as a reader would.

A fence says what becomes of its block: `sh run`, `sh run, goes on` (its last command does
not end by itself), `sh run, in a new terminal`, or `sh not run: REASON`.
"""

import contextlib
import os
import re
import select
import shlex
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from core.clock import SystemTimer

ROOT = Path(__file__).parents[2]
_FENCE = re.compile(r"^```(\S*)[ ]?([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^## ", re.MULTILINE)
_TIMER = SystemTimer()
_DONE = "::block done::"
_NUMBER = re.compile(r"::is (\d+)::")
# What pages say, and what is free here instead.
PORT_OF_PAGES = "8321"


@dataclass(frozen=True)
class Block:
    language: str
    said: str
    text: str
    # Which part of the page it stands in: counted by headings of the second level.
    part: int

    @property
    def is_run(self):
        return self.said.split(",")[0] == "run"

    @property
    def goes_on(self):
        return self.said == "run, goes on"

    @property
    def wants_new_terminal(self):
        return self.said == "run, in a new terminal"

    @property
    def reason(self):
        return self.said.removeprefix("not run: ") if not self.is_run else ""


def blocks(page, language="sh"):
    text = (ROOT / page).read_text(encoding="utf-8")
    return [
        Block(
            language=found[1],
            said=found[2].strip(),
            text=found[3],
            part=len(_HEADING.findall(text[: found.start()])),
        )
        for found in _FENCE.finditer(text)
        if found[1] == language
    ]


class Terminal:
    """A shell of its own, which ends at the first command that fails."""

    def __init__(self, folder, environment):
        self._output = ""
        self._shell = subprocess.Popen(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail"],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            bufsize=1,
            # Ended as a group: what still runs in it ends with it.
            start_new_session=True,
        )
        os.set_blocking(self._shell.stdout.fileno(), False)

    def run(self, text, *, seconds):
        """Run *text* and give back what it wrote. Fails with that when it did not work."""
        self._output = ""
        self._say(f"{text}\necho {shlex.quote(_DONE)}\n")
        deadline = _TIMER.monotonic() + seconds
        while _DONE not in self._output:
            left = deadline - _TIMER.monotonic()
            assert left > 0, f"not done within {seconds} s:\n{text}\n{self._output}"
            assert self._hears(min(left, 0.5)), f"failed:\n{text}\n{self._output}"
        return self._output.replace(_DONE, "")

    def begin(self, text):
        """Run *text*, whose last command goes on; end it with `interrupt`."""
        *before, last = text.rstrip().splitlines()
        begun = "\n".join([*before, f"{last} < /dev/null &", 'echo "::is $!::"'])
        return int(_NUMBER.findall(self.run(begun, seconds=60))[-1])

    def interrupt(self, number, *, seconds):
        """Ctrl-C for process *number*, and wait until it has ended."""
        os.kill(number, signal.SIGTERM)
        # 143: make itself says so of a command that was ended.
        self.run(f"wait {number} || [ $? = 143 ]", seconds=seconds)

    def close(self):
        self._shell.stdin.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._shell.pid, signal.SIGTERM)
        self._shell.wait(timeout=30)
        self._shell.stdout.close()

    def _say(self, text):
        self._shell.stdin.write(text)
        self._shell.stdin.flush()

    def _hears(self, seconds):
        """Whether the shell still lives; what it wrote meanwhile is kept."""
        if select.select([self._shell.stdout], [], [], seconds)[0]:
            heard = os.read(self._shell.stdout.fileno(), 1 << 16).decode(
                errors="replace"
            )
            self._output += heard
            return bool(heard)
        return self._shell.poll() is None

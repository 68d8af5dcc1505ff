"""There is one way out by HTTP (promise L1); the few others are listed, with their bound."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
CLIENTS = re.compile(
    r"^\s*(?:from|import)\s+(?:aiohttp|http\.client|httpx2?|requests|urllib3|"
    r"urllib\.request|python_http_client|sendgrid|obstore|websockets?|opentelemetry|"
    r"prometheus_client\.bridge)\b",
    re.MULTILINE,
)
# What an operator configures is asked without vetting, within this word's bound.
ALLOWED = {
    "app/backup/store.py": "timeout_seconds",
    # An operator's collector, each posting within the time-out.
    "app/instruments/telemetry.py": "timeout=given.timeout_seconds",
    # The office asks itself whether it is up.
    "app/cli/healthcheck.py": "timeout",
    "core/web/courier.py": "total_seconds",
    "core/web/gate.py": "may_dial",
    "distributor/channels/sendgrid/api.py": "timeout",
}


# Whoever opens a line of another kind, with what bounds it. What operators configure, again.
LINES = re.compile(
    r"^\s*(?:from|import)\s+(?:socket|imaplib|smtplib|ftplib|poplib|telnetlib|dns)\b",
    re.MULTILINE,
)
ALLOWED_LINES = {
    # The rehearsal's own mail server; ports that are listened on; a pair within one machine.
    "app/rehearsal/mailroom.py": "127.0.0.1",
    "app/serve.py": "_listening",
    "core/bounded.py": "socketpair",
    "core/dns.py": "lifetime",
    "core/mailbox.py": "timeout",
    "core/scanner.py": "scanner_seconds",
    "core/web/gate.py": "may_dial",
    "distributor/channels/sendgrid/api.py": "timeout",
    "distributor/channels/smtp/line.py": "timeout",
    "distributor/channels/smtp/opening.py": "timeout",
}


def test_only_the_listed_modules_open_a_line_of_another_kind():
    found = {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for part in ("core", "distributor", "monitor", "app")
        for path in sorted((ROOT / part).rglob("*.py"))
    }
    assert {name for name, text in found.items() if LINES.search(text)} == set(
        ALLOWED_LINES
    )
    for name, bound in ALLOWED_LINES.items():
        assert bound in found[name], f"{name} names no bound"


def test_only_the_listed_modules_speak_http_to_others():
    found = {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for part in ("core", "distributor", "monitor", "app")
        for path in sorted((ROOT / part).rglob("*.py"))
    }
    speaking = {name for name, text in found.items() if CLIENTS.search(text)}
    assert speaking == set(ALLOWED)
    for name, bound in ALLOWED.items():
        assert bound in found[name], f"{name} names no bound"

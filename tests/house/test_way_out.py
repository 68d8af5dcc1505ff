"""There is one way out by HTTP (promise L1); the few others are listed, with their bound."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
CLIENTS = re.compile(
    r"^\s*(?:from|import)\s+(?:aiohttp|http\.client|httpx2?|requests|urllib3|"
    r"urllib\.request|python_http_client|sendgrid|websockets?)\b",
    re.MULTILINE,
)
# What an operator configures is asked without vetting, within this word's bound.
ALLOWED = {
    # The office asks itself whether it is up.
    "app/cli/serve.py": "timeout",
    "core/web/courier.py": "total_seconds",
    "core/web/gate.py": "may_dial",
    "distributor/channels/sendgrid/api.py": "timeout",
}


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

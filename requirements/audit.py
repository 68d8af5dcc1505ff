"""Asks whether a known weakness is in what is locked: `make audit`.

pip-audit answers "no known vulnerabilities" and 0 also where it could ask nobody: a registry's
mirror without advisories is enough. Here every package that was not looked at is counted, and
an audit in which none was is said to be none.
"""

import argparse
import json
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
LOCKS = ("runtime.txt", "fleet.txt", "build.txt", "dev.txt")
FOUND, BROKEN, AWAY = 1, 2, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class LetPass:
    id: str
    package: str
    because: str
    until: date


@dataclass(slots=True)
class Verdict:
    looked_at: int = 0
    unseen: list[str] = field(default_factory=list)
    # What must be mended, each as a line for a person.
    wrong: list[str] = field(default_factory=list)


def judge(
    told: Mapping[str, Any], let_pass: Sequence[LetPass], *, today: date
) -> Verdict:
    """What a report of pip-audit means, as JSON."""
    verdict = Verdict()
    used: set[str] = set()
    for one in told["dependencies"]:
        if "skip_reason" in one:
            verdict.unseen.append(one["name"])
            continue
        verdict.looked_at += 1
        for found in one["vulns"]:
            names = {found["id"], *found.get("aliases", [])}
            excepted = [
                x for x in let_pass if x.id in names and x.package == one["name"]
            ]
            used.update(x.id for x in excepted)
            if not any(today <= x.until for x in excepted):
                fixed = ", ".join(found.get("fix_versions", [])) or "no version yet"
                verdict.wrong.append(
                    f"{one['name']} {one['version']}: {found['id']}, mended in {fixed}"
                )
    if verdict.looked_at:
        verdict.wrong += [
            f"{x.package}: {x.id} is let pass and says nothing any more: take it out"
            for x in let_pass
            if x.id not in used
        ]
    return verdict


def read_let_pass(text: str) -> Sequence[LetPass]:
    return [LetPass(**one) for one in tomllib.loads(text)["let_pass"]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--may-be-away",
        action="store_true",
        help="End with 0 where no advisory service can be asked. For a closed network.",
    )
    parser.add_argument("--service", default="pypi", choices=["pypi", "osv"])
    asked = parser.parse_args()
    report = read(*_ask(asked.service))
    if isinstance(report, str):
        print(f"BROKEN  The audit itself failed: {report}. Mend what it names.")
        return BROKEN
    let_pass = read_let_pass((HERE / "advisories.toml").read_text(encoding="utf-8"))
    verdict = judge(report, let_pass, today=datetime.now(UTC).date())
    for line in verdict.wrong:
        print(f"WRONG  {line}")
    if not verdict.looked_at:
        print(
            "=" * 72,
            "NO AUDIT WAS MADE. The advisory service could not be asked about a single one",
            f"of {len(verdict.unseen)} packages: it is away, or this network has only a mirror.",
            "Run `make audit` where it is reachable, before each release.",
            "=" * 72,
            sep="\n",
        )
        return 0 if asked.may_be_away else AWAY
    print(f"{verdict.looked_at} packages looked at, {len(verdict.unseen)} not.")
    return FOUND if verdict.wrong else 0


def _ask(service: str) -> tuple[str, str]:
    """What pip-audit says of every lock, and what it says beside."""
    words = [sys.executable, "-m", "pip_audit", "--format", "json", "--disable-pip"]
    words += ["--require-hashes", "--vulnerability-service", service]
    words += ["--timeout", "10", "--progress-spinner", "off"]
    for lock in LOCKS:
        words += ["--requirement", str(HERE / lock)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    return done.stdout, done.stderr


def read(report: str, beside: str) -> Mapping[str, Any] | str:
    """The report; a service that could not be reached reports on nothing. Else why there is none."""
    try:
        told: Mapping[str, Any] = json.loads(report)
    except ValueError:
        if "connect" in beside.casefold():
            return {"dependencies": []}
        return "".join(beside.strip().splitlines()[-1:]) or "pip-audit said nothing"
    return told


if __name__ == "__main__":
    sys.exit(main())

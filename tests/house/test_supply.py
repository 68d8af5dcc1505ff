"""What we are made of: locked, declared, licensed, in the bill of materials, and audited."""

import ast
import json
import re
import sys
from datetime import date
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from audit import LetPass, judge, read, read_let_pass
from bill import LOCK, bill, declared, licence, plain, said_licences
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

ROOT = Path(__file__).parents[2]
OURS = {"core", "distributor", "monitor", "app"}
TODAY = date(2026, 11, 28)
READ = (ROOT / "requirements" / "licences.toml").read_text()
ALLOWED = set(re.findall(r'"([\w.-]+)"', READ.split("[packages]")[0]))


@pytest.fixture(scope="module")
def made():
    return bill()


def locked(lock):
    """Each name and version with its hashes."""
    found = {}
    text = lock.read_text().replace("\\\n", " ")
    for line in text.splitlines():
        if pinned := re.match(r"([\w.-]+)==(\S+)", line):
            key = plain(pinned[1]), pinned[2]
            found.setdefault(key, set()).update(re.findall(r"sha256:(\w+)", line))
    return found


LOCKED = locked(LOCK)


def test_the_bill_of_materials_is_the_lock(made):
    told = {
        (one["name"], one["version"]): {each["content"] for each in one["hashes"]}
        for one in made["components"]
    }
    assert told == LOCKED
    assert {each["alg"] for one in made["components"] for each in one["hashes"]} == {
        "SHA-256"
    }


def test_the_lock_of_an_office_without_extras_lies_within_it():
    assert set(locked(ROOT / "requirements" / "runtime.txt")) <= set(LOCKED)


def test_the_bill_follows_its_specification_and_names_no_registry(made):
    text = json.dumps(made)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert not re.search(r"https?://(?!cyclonedx\.org/)", text)
    root = made["metadata"]["component"]["bom-ref"]
    [first] = [one for one in made["dependencies"] if one["ref"] == root]
    assert len(first["dependsOn"]) >= len(declared())


def allows(expression):
    """Of one of the choices, every part."""
    return bool(expression) and any(
        all(part.strip("() ") in ALLOWED for part in choice.split(" AND "))
        for choice in expression.split(" OR ")
    )


def test_every_package_has_a_licence_that_we_may_use():
    said = said_licences()
    assert {name for name, _ in LOCKED if not allows(licence(name, said))} == set()


def test_the_list_of_licences_names_no_package_that_left():
    assert set(said_licences()) <= {name for name, _ in LOCKED}


def test_a_licence_that_is_not_on_the_list_is_noticed():
    assert not allows("")
    assert not allows("AGPL-3.0-only")
    assert not allows("MIT AND SSPL-1.0")
    assert allows("AGPL-3.0-only OR MIT")


def imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module


def test_everything_that_is_imported_is_declared():
    """Not by grace of what something else happens to depend on."""
    homes = packages_distributions()
    known = OURS | set(sys.stdlib_module_names)
    strangers = {
        (name.split(".")[0], str(path.relative_to(ROOT)))
        for part in OURS
        for path in (ROOT / part).rglob("*.py")
        for name in imported(path)
        if name.split(".")[0] not in known
    }
    assert strangers
    ours = declared()
    assert {
        (name, path)
        for name, path in strangers
        if not {plain(one) for one in homes.get(name, [])} & ours
    } == set()


def report(**vulns):
    found = [
        {"id": one, "aliases": [f"CVE-{one}"], "fix_versions": ["2.0"]}
        for one in vulns.get("found", [])
    ]
    return {
        "dependencies": [
            {"name": "good", "version": "1.0", "vulns": []},
            {"name": "bad", "version": "1.0", "vulns": found},
            {"name": "unseen", "skip_reason": "not found"},
        ]
    }


def let_pass(**changes):
    given = {
        "id": "PYSEC-1",
        "package": "bad",
        "because": "It is never called.",
        "until": TODAY,
    }
    return LetPass(**given | changes)


def test_a_weakness_that_is_known_is_named_with_its_mend():
    told = judge(report(found=["PYSEC-1"]), [], today=TODAY)
    assert told.wrong == ["bad 1.0: PYSEC-1, mended in 2.0"]
    assert (told.looked_at, told.unseen) == (2, ["unseen"])


@pytest.mark.parametrize("name", ["PYSEC-1", "CVE-PYSEC-1"])
def test_one_that_is_let_pass_is_so_by_either_name_until_its_day(name):
    told = report(found=["PYSEC-1"])
    assert judge(told, [let_pass(id=name)], today=TODAY).wrong == []
    late = judge(told, [let_pass(id=name, until=date(2026, 11, 27))], today=TODAY)
    assert late.wrong == ["bad 1.0: PYSEC-1, mended in 2.0"]


def test_what_is_let_pass_for_nothing_must_go():
    [line] = judge(report(), [let_pass()], today=TODAY).wrong
    assert "take it out" in line
    [_, other] = judge(
        report(found=["PYSEC-1"]), [let_pass(package="good")], today=TODAY
    ).wrong
    assert "take it out" in other


def test_an_audit_that_saw_nothing_is_none():
    told = {"dependencies": [{"name": "unseen", "skip_reason": "not found"}]}
    verdict = judge(told, [let_pass()], today=TODAY)
    assert (verdict.looked_at, verdict.wrong) == (0, [])


def test_a_service_that_is_away_is_another_thing_than_an_audit_that_broke():
    assert read('{"dependencies": []}', "") == {"dependencies": []}
    assert read("", "ERROR: ConnectTimeout: api") == {"dependencies": []}
    assert read("", "x\nERROR: line 7 has no hash") == "ERROR: line 7 has no hash"
    assert read("{", "") == "pip-audit said nothing"


def test_each_advisory_that_is_let_pass_has_its_reason_and_its_day():
    for one in read_let_pass((ROOT / "requirements/advisories.toml").read_text()):
        assert len(one.because) > 20
        assert isinstance(one.until, date)

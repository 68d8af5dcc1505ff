"""Writes the bill of materials of what is locked, as CycloneDX: `make sbom`.

The generator names the registry that it would ask, and quotes the lock; neither belongs into
what is handed out, and the licences and what depends on nobody but us do.
"""

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
LOCK = HERE / "fleet.txt"
PROJECT = HERE.parent / "pyproject.toml"
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")


def bill(lock: Path = LOCK) -> dict[str, Any]:
    words = [sys.executable, "-m", "cyclonedx_py", "requirements", str(lock)]
    words += ["--pyproject", str(PROJECT), "--output-reproducible", "--of", "JSON"]
    words += ["--spec-version", "1.6"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    made: dict[str, Any] = json.loads(done.stdout)
    said = said_licences()
    made["components"] = [_part(one, said) for one in _once(made["components"])]
    made["metadata"]["tools"] = {"components": [_tool(made)]}
    made["dependencies"] = list(_dependencies(made))
    return made


def said_licences() -> Mapping[str, str]:
    """Of packages whose metadata does not say it in SPDX."""
    text = (HERE / "licences.toml").read_text(encoding="utf-8")
    packages: Mapping[str, str] = tomllib.loads(text)["packages"]
    return packages


def licence(name: str, said: Mapping[str, str]) -> str:
    """The SPDX expression of a package; empty where nobody says it."""
    if name in said:
        return said[name]
    try:
        told = metadata(name).json.get("license_expression", "")
    except PackageNotFoundError:
        return ""
    return str(told)


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared() -> set[str]:
    """What pyproject.toml names, with its extras."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    wanted = [*project["dependencies"], *(one for extra in extras for one in extra)]
    return {plain(found[0]) for one in wanted if (found := _NAME.match(one))}


def _once(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """A lock names a package once for each Python that needs another version of it."""
    seen = set()
    for one in sorted(components, key=lambda one: (one["name"], one["version"])):
        if one["purl"] not in seen:
            seen.add(one["purl"])
            yield one


def _part(one: dict[str, Any], said: Mapping[str, str]) -> dict[str, Any]:
    name = plain(one["name"])
    hashes = [
        made for reference in one["externalReferences"] for made in reference["hashes"]
    ]
    return {
        "type": one["type"],
        "bom-ref": one["purl"],
        "name": name,
        "version": one["version"],
        "purl": one["purl"],
        "licenses": [{"expression": licence(name, said)}],
        "hashes": sorted(hashes, key=lambda made: made["content"]),
    }


def _tool(made: dict[str, Any]) -> dict[str, Any]:
    tools = made["metadata"]["tools"]["components"]
    return {name: tools[0][name] for name in ("type", "name", "version")}


def _dependencies(made: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Of ours; what theirs depend on, only the lock's comments say."""
    ours = declared()
    refs = {one["bom-ref"]: one["name"] for one in made["components"]}
    root = made["metadata"]["component"]["bom-ref"]
    yield {
        "ref": root,
        "dependsOn": [ref for ref, name in refs.items() if name in ours],
    }
    yield from ({"ref": ref} for ref in refs)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(f"{json.dumps(bill(), indent=1)}\n", encoding="utf-8")
    print(f"The bill of materials was written to {target}.")

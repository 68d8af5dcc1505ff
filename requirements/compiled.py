"""Compiles what the image's Python loads, for nothing can be written where it runs.

    PREFIX/bin/python requirements/compiled.py

Compiled are all modules of ours and each module of others that they import, wherever in a
function they do: a third of what is installed. The rest would be compiled when it is asked for.
Python finds it below PYTHONPYCACHEPREFIX, that of its own library too, which comes without
in the base image.
"""

import ast
import importlib
import importlib.util
import py_compile
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

OURS: Final = ("app", "core", "distributor", "monitor")
# A mark of PEP 552: by the source's digest, which is not compared, for images do not change.
UNCHECKED: Final = (1).to_bytes(4, "little")
# Loaded by name, where no import says so: the two databases' ways, and what starts a process.
BY_NAME: Final = (
    "encodings.idna",
    "multiprocessing.popen_spawn_posix",
    "multiprocessing.resource_tracker",
    "multiprocessing.spawn",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.pysqlite",
    "uvicorn.lifespan.off",
    "uvicorn.lifespan.on",
    "uvicorn.protocols.http.h11_impl",
)


def main() -> None:
    own = [path for top in OURS for path in sources(top)]
    for name in sorted({one for path in own for one in imported(path)} | set(BY_NAME)):
        load(name)
    for module in list(sys.modules.values()):
        settle(getattr(module, "__file__", None))
    for path in own:
        settle(str(path))


def settle(source: str | None) -> None:
    """What was compiled when it was loaded holds whatever hour a copy of its source bears."""
    if source is None or not source.endswith(".py"):
        return
    compiled = Path(importlib.util.cache_from_source(source))
    if not compiled.exists():
        # Nothing loads it here: Alembic does, or it is a program itself.
        py_compile.compile(source, doraise=True)
    known = compiled.read_bytes()
    digest = importlib.util.source_hash(Path(source).read_bytes())
    compiled.write_bytes(known[:4] + UNCHECKED + digest + known[16:])


def sources(top: str) -> list[Path]:
    found = importlib.util.find_spec(top)
    assert found
    assert found.origin
    return sorted(Path(found.origin).parent.rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            # A name may be a module itself.
            yield from (f"{node.module}.{one.name}" for one in node.names)


def load(name: str) -> None:
    """Import the module, if there is one by this name here."""
    if name.partition(".")[0] == "app" and "migrations" in name:
        # Alembic runs it; it does nothing by itself.
        return
    try:
        importlib.import_module(name)
    except ModuleNotFoundError:
        return


if __name__ == "__main__":
    main()

"""What must not be in a program that strangers talk to: found by reading it."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TREES = {
    str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8"))
    for part in ("core", "distributor", "monitor", "app")
    for path in sorted((ROOT / part).rglob("*.py"))
}
# Between a process and the one it started itself.
PICKLES = {"core/bounded.py", "core/reporting/charts/__init__.py"}
PROGRAMS = {"core/bounded.py", "distributor/releases/reading/program.py"}


def imports(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name.split(".")[0] for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def importing(*names):
    return {path for path, tree in TREES.items() if set(names) & set(imports(tree))}


def calls(tree):
    """Each call by its last name, with what it was called of."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Name):
                yield called.id, "", node
            elif isinstance(called, ast.Attribute):
                yield called.attr, ast.unparse(called.value), node


def calling(is_wrong):
    return {
        (path, ast.unparse(node)[:80])
        for path, tree in TREES.items()
        for name, of, node in calls(tree)
        if is_wrong(name, of, node)
    }


def test_no_program_is_started_through_a_shell():
    assert importing("subprocess") == PROGRAMS
    assert (
        calling(
            lambda name, of, node: (
                any(word.arg == "shell" for word in node.keywords)
                or (of == "os" and name in {"system", "popen", "execv", "spawnv"})
            )
        )
        == set()
    )


def test_nothing_is_evaluated_and_no_pickle_of_others_is_read():
    assert importing("pickle") == PICKLES
    assert importing("marshal", "shelve", "dill", "yaml", "code", "ctypes") == set()
    assert (
        calling(lambda name, of, _: not of and name in {"eval", "exec", "__import__"})
        == set()
    )


def put_together(node, *, of_constants=False):
    """Whether a text is made of parts; *of_constants*, unless each is a constant of ours."""
    if isinstance(node, ast.BinOp):
        return True
    parts = [one.value for one in getattr(node, "values", []) if hasattr(one, "value")]
    inside = [one for one in parts if not isinstance(one, str)]
    if of_constants:
        inside = [one for one in inside if not getattr(one, "id", "").isupper()]
    return isinstance(node, ast.JoinedStr) and bool(inside)


def test_no_path_into_a_document_is_put_together():
    assert (
        calling(
            lambda name, _, node: (
                name in {"xpath", "XPath"} and node.args and put_together(node.args[0])
            )
        )
        == set()
    )


def test_no_statement_is_put_together_but_of_our_own_names():
    """Values are bound; what stands in a statement is the name of a table of ours."""
    found = calling(
        lambda name, of, node: (
            name in {"exec_driver_sql", "text", "literal_column"}
            and of in {"", "sa", "connection", "session"}
            and node.args
            and put_together(node.args[0], of_constants=True)
        )
    )
    # It goes through our own tables by their names.
    assert {path for path, _ in found} <= {
        "app/backup/rows.py",
        "app/fleet/tables.py",
        "core/journal/chain.py",
    }


def test_dice_are_rolled_in_one_place():
    assert importing("random", "secrets", "uuid") - {"core/ids.py"} <= {
        # Names that are made of what they name.
        "app/webhooks/noting.py"
    }


def test_hashes_are_of_today():
    broken = {"md5", "sha1", "MD5", "SHA1", "ARC4", "DES", "TripleDES", "ECB"}
    found = calling(
        lambda name, _, node: (
            name in broken
            or any(
                isinstance(one, ast.Constant) and one.value in broken
                for one in node.args
            )
        )
    )
    assert found == set()


@pytest.mark.parametrize("words", ["eval(x)", "os.system(x)", "hashlib.md5(x)"])
def test_what_is_looked_for_would_be_found(words):
    [(name, of, _)] = calls(ast.parse(words))
    assert f"{of}.{name}({'x'})".lstrip(".") == words

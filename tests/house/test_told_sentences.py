"""What goes wrong is told in the reader's language: its sentence is gathered for the catalogues."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# The command line and its rehearsal speak English, and so does who migrates.
ENGLISH = ("app/cli/", "app/rehearsal/", "app/migrations/")
TREES = {
    str(path.relative_to(ROOT)): ast.parse(path.read_text("utf-8"))
    for folder in ("app", "core", "distributor", "monitor")
    for path in sorted((ROOT / folder).rglob("*.py"))
}


def errors():
    """The names of the errors that are told, wherever they are made: `OfficeError`'s and the channels'."""
    known = {"OfficeError", "ChannelFault", "Unfit"}
    bases = {
        one.name: {base.id for base in one.bases if isinstance(base, ast.Name)}
        for tree in TREES.values()
        for one in ast.walk(tree)
        if isinstance(one, ast.ClassDef)
    }
    while more := {name for name, of in bases.items() if of & known} - known:
        known |= more
    return known


def sentences(call):
    """What happened and what to do, as they are written in a call."""
    return [
        *call.args[:1],
        *(one.value for one in call.keywords if one.arg in {"what", "mend"}),
    ]


def is_bare(sentence):
    """Put together on the spot, so that no catalogue knows it."""
    if isinstance(sentence, ast.Call) and isinstance(sentence.func, ast.Attribute):
        return sentence.func.attr == "format"
    return isinstance(sentence, ast.JoinedStr | ast.Constant)


def bare(trees, told):
    return [
        f"{path}:{sentence.lineno}"
        for path, tree in trees.items()
        if not path.startswith(ENGLISH)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in told
        for sentence in sentences(call)
        if is_bare(sentence)
    ]


def test_no_error_that_people_read_is_told_in_bare_english():
    told = errors()
    assert {"BadInput", "NotASource", "AddressRefused"} <= told
    assert bare(TREES, told) == []


@pytest.mark.parametrize(
    "written",
    [
        'BadInput("No.", to="x")',
        'BadInput(f"No {one}.")',
        'BadInput("No {}.".format(1))',
        'BadInput(what, mend="Do.")',
    ],
)
def test_a_bare_sentence_is_noticed(written):
    assert bare({"x.py": ast.parse(written)}, {"BadInput"}) == ["x.py:1"]

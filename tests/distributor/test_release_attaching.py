import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from release_makers import PDF, a_png
from sending_makers import a_release

from core.errors import BadInput
from core.settings import Organisation
from distributor.releases import attaching, seal
from distributor.releases.attaching import AttachmentRole


def a_file(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    return str(path)


def test_a_file_is_what_its_content_says(tmp_path):
    signed = attaching.read(
        a_file(tmp_path, "Note signée.PDF", PDF) + ":fr", AttachmentRole.SIGNED
    )
    assert (signed.file_name, signed.language) == ("Note signée.pdf", "fr")
    row = signed.row()
    assert (row.media_type, row.size) == ("application/pdf", len(PDF))
    assert row.digest == hashlib.sha256(PDF).hexdigest()
    table = attaching.read(a_file(tmp_path, "a.csv", b"a;b\n"), AttachmentRole.ANNEX)
    assert (table.media_type, table.language) == ("text/csv", "")


@pytest.mark.parametrize(
    ("name", "content", "role", "said"),
    [
        ("a.pdf", a_png(), AttachmentRole.ANNEX, "its name says otherwise"),
        ("a.exe", b"MZ\x00", AttachmentRole.ANNEX, "no kind that newsrooms accept"),
        ("a.svg", b"<svg/>", AttachmentRole.ANNEX, "no kind that newsrooms accept"),
        ("a.txt", b"\x00\x01", AttachmentRole.ANNEX, "no kind that newsrooms accept"),
        ("a.png", a_png(), AttachmentRole.SIGNED, "not a whole PDF"),
        ("a.pdf", PDF[:30], AttachmentRole.SIGNED, "not a whole PDF"),
        ("a.pdf", PDF, AttachmentRole.PICTURE, "no picture"),
    ],
)
def test_a_file_that_cannot_go_is_refused_by_name(tmp_path, name, content, role, said):
    with pytest.raises(BadInput, match=said) as caught:
        attaching.read(a_file(tmp_path, name, content), role)
    assert caught.value.to == name
    assert caught.value.mend


def test_a_file_larger_than_twenty_megabytes_is_refused(tmp_path):
    with pytest.raises(BadInput, match="larger than 20 MB"):
        attaching.read(
            a_file(tmp_path, "a.pdf", PDF + bytes(20_000_001)), AttachmentRole.ANNEX
        )


def an_annex(name="plan.pdf", language="", role=AttachmentRole.ANNEX):
    return attaching.Attached(
        file_name=name,
        role=role,
        language=language,
        media_type="application/pdf",
        content=PDF,
    )


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (an_annex("PLAN.pdf"), "have this name"),
        (an_annex("b.pdf", "en"), "no version in 'en'"),
        (an_annex("b.pdf", "fr", AttachmentRole.SIGNED), "two signed PDFs"),
    ],
)
def test_files_that_cannot_be_told_apart_are_refused(database, clock, second, said):
    with database.write() as session:
        release = a_release(session, now=clock.now())
        attaching.add(session, release, an_annex())
        attaching.add(session, release, an_annex("s.pdf", "fr", AttachmentRole.SIGNED))
        with pytest.raises(BadInput, match=said):
            attaching.add(session, release, second)


@given(st.text(max_size=300))
def test_a_name_never_leads_elsewhere_and_never_turns_around(name):
    safe = attaching.safe_name(name)
    assert safe
    assert not set('/\\:*?"<>|\u202e\r\n\x00') & set(safe)
    assert not safe.startswith(".")
    assert len(safe) <= 130


def test_a_path_in_a_name_is_left_out():
    assert attaching.safe_name("../../etc/passwd") == "passwd"
    assert attaching.safe_name("C:\\notes\\plan.PDF") == "plan.pdf"


def test_the_release_seal_breaks_with_each_thing_a_journalist_gets(database, clock):
    office = Organisation.model_validate({"name": "M", "from": "a@b.ma"})
    with database.write() as session:
        parent = a_release(session, now=clock.now(), number="0/2026")
        release = a_release(session, now=clock.now())
        seals = set()

        def look():
            session.flush()
            seals.add(
                seal.release_seal(
                    release, templates={"letter.txt": b"x"}, organisation=office
                )
            )

        look()
        changes = {
            "kind": "correction",
            "number": "9/2026",
            "parent_id": parent.id,
            "place": "Rabat",
            "signatory": "Le ministre",
            "press_contact": "Mme A.",
            "press_phone": "05",
            "press_email": "p@m.ma",
            "event_wall": clock.now().replace(tzinfo=None),
            "embargo_wall": clock.now().replace(tzinfo=None),
        }
        for name, value in changes.items():
            setattr(release, name, value)
            look()
        row = attaching.add(session, release, an_annex())
        look()
        for name, value in {
            "file_name": "b.pdf",
            "language": "fr",
            "role": "signed",
            "digest": "0" * 64,
            "alternative": "Le siège",
        }.items():
            setattr(row, name, value)
            look()
    assert len(seals) == 1 + len(changes) + 1 + 5

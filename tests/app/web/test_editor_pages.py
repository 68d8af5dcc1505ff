"""The editor's pages without script: nothing typed is lost, and nobody overwrites anybody."""

import io

import pytest
from docx import Document
from editor_rows import ARABIC, FRENCH, a_dispatch, sent_by, two_languages, words_of
from release_makers import PDF, a_png
from screen_makers import an_office, fill, signed_in

from core.models import Account, Release
from core.values import Role
from distributor.models import VersionEdit

JSON = {"accept": "application/json"}


@pytest.fixture
def office(tmp_path, clock, ids):
    with an_office(tmp_path, clock, ids) as opened:
        fill(opened)
        with opened.database.write() as session:
            assert two_languages(session, clock.now()) == 2
        yield opened


@pytest.fixture
def writer(office):
    return signed_in(office, Role.WRITER)


def edit(client, path="/releases/2/edit", **changes):
    return client.post(path, data=sent_by(client.get(path), **changes))


def test_a_writer_changes_words_and_facts_and_sees_them(office, writer):
    answer = edit(
        writer,
        title_fr="Rencontre  nationale",
        body_fr="Un.\n\nDeux.",
        signatory="Le ministre",
        embargo="2026-12-05T10:30",
    )
    assert answer.headers["location"] == "/releases/2/edit?done=saved"
    assert words_of(office, 2)["fr"] == ("Rencontre nationale", "Un.\n\nDeux.")
    page = writer.get("/releases/2/edit").text
    assert 'value="Le ministre"' in page
    assert 'value="2026-12-05T10:30"' in page
    # The Arabic is to be translated again, and the page shows from what to what.
    assert 'data-stale="ar">' in page
    assert "<del>" in page


def test_a_form_sent_as_it_was_shown_leaves_no_edit(office, writer):
    assert edit(writer).status_code == 303
    with office.database.read() as session:
        assert session.query(VersionEdit).count() == 0


def test_what_cannot_be_used_is_said_beside_its_field_and_the_rest_is_kept(
    office, writer
):
    answer = edit(writer, number="112/2026", body_fr="Tapé avec soin.")
    assert answer.status_code == 400
    assert "Another release has this number." in answer.text
    assert 'aria-describedby="found-number number-wrong" aria-invalid="true"' in (
        answer.text
    )
    assert "Tapé avec soin." in answer.text
    assert words_of(office, 2)["fr"][1] == FRENCH
    # The form of the error still knows the words it was begun from.
    again = writer.post("/releases/2/edit", data=sent_by(answer, number="201/2026"))
    assert again.status_code == 303
    assert words_of(office, 2)["fr"][1] == "Tapé avec soin."


def test_of_two_people_neither_loses_words(office, writer):
    theirs = signed_in(office, Role.VALIDATOR)
    mine = sent_by(writer.get("/releases/2/edit"), body_fr="Le texte du rédacteur.")
    edit(theirs, body_fr="Le texte du valideur.")
    answer = writer.post("/releases/2/edit", data=mine)
    assert answer.status_code == 409
    for words in ("validator", "rédacteur", "valideur", "<ins>", "<del>"):
        assert words in answer.text
    assert words_of(office, 2)["fr"][1] == "Le texte du valideur."
    # Having seen both, the writer saves one that has both.
    both = sent_by(answer, body_fr="Le texte des deux.")
    assert writer.post("/releases/2/edit", data=both).status_code == 303
    assert words_of(office, 2)["fr"][1] == "Le texte des deux."
    assert "valideur" in writer.get("/releases/2/history").text


def test_a_fact_that_two_people_changed_is_shown_from_both(office, writer):
    theirs = signed_in(office, Role.VALIDATOR)
    mine = sent_by(writer.get("/releases/2/edit"), place="Fès")
    edit(theirs, place="Rabat")
    answer = writer.post("/releases/2/edit", data=mine)
    assert answer.status_code == 409
    assert "Somebody else wrote here meanwhile: <bdi>Rabat</bdi>" in answer.text
    assert writer.post("/releases/2/edit", data=sent_by(answer)).status_code == 303
    with office.database.read() as session:
        assert session.get_one(Release, 2).place == "Fès"


def test_a_session_that_ended_gives_the_words_back(office, writer):
    form = sent_by(writer.get("/releases/2/edit"), body_fr="Rien ne se perd. <b>")
    writer.cookies.clear()
    answer = writer.post("/releases/2/edit", data=form)
    assert answer.status_code == 401
    assert "Rien ne se perd. &lt;b&gt;" in answer.text
    again = signed_in(office, Role.WRITER)
    assert again.post("/releases/2/edit", data=form).status_code == 303
    assert words_of(office, 2)["fr"][1] == "Rien ne se perd. <b>"


def test_who_may_not_write_sees_no_editor_and_changes_nothing(office, writer):
    form = sent_by(writer.get("/releases/2/edit"), body_fr="Non.")
    reader = signed_in(office, Role.READER)
    assert reader.get("/releases/2/edit").status_code == 403
    assert reader.get("/releases/new").status_code == 403
    assert 'href="/releases/2/edit"' not in reader.get("/releases/2").text
    assert reader.post("/releases/2/edit", data=form).status_code == 403
    for path in (
        "/releases/clean",
        "/releases/new",
        "/releases/2/history",
        "/releases/2/test",
        "/releases/2/follow-up",
        "/releases/2/comments",
        "/releases/2/edit/up-to-date",
    ):
        sent = {
            "page": "x",
            "edit": "1",
            "key": "k",
            "kind": "correction",
            "text": "x",
            "language": "fr",
        }
        assert reader.post(path, data=sent).status_code in {401, 403}, path
    assert words_of(office, 2)["fr"][1] == FRENCH


def test_the_script_is_told_what_is_kept_now_and_what_was_found(office, writer):
    form = sent_by(writer.get("/releases/2/edit"), body_fr="Mercredi 24 novembre 2026.")
    answer = writer.post("/releases/2/edit", data=form, headers=JSON)
    told = answer.json()
    assert (answer.status_code, told["saved"], told["at"]) == (200, True, "09:00")
    assert told["versions"]["fr"]["body"] == "Mercredi 24 novembre 2026."
    assert told["versions"]["ar"]["stale"]
    assert any("does not fit" in one["what"] for one in told["found"]["body-fr"])
    refused = writer.post("/releases/2/edit", data=form, headers=JSON)
    # The same form again has nothing new to say.
    assert refused.json()["saved"]
    form["body"] = ["Autre.", ARABIC]
    clash = writer.post("/releases/2/edit", data=form, headers=JSON)
    assert (clash.status_code, clash.json()["problem"]["code"]) == (409, "clashing")
    writer.cookies.clear()
    gone = writer.post("/releases/2/edit", data=form, headers=JSON)
    assert (gone.status_code, gone.json()) == (401, {"signed_out": True})


def test_a_planned_release_says_so_and_asks_before_its_seal_breaks(office, writer):
    with office.database.write() as session:
        planned = a_dispatch(session, 2, office.clock.now())
    page = writer.get("/releases/2/edit")
    assert f'href="/dispatches/{planned}"' in page.text
    refused = edit(writer, body_fr="Autre.")
    assert refused.status_code == 409
    assert "Autre." in refused.text
    assert words_of(office, 2)["fr"][1] == FRENCH
    assert edit(writer, body_fr="Autre.", breaks_seals="true").status_code == 303
    assert words_of(office, 2)["fr"][1] == "Autre."


def test_what_has_left_is_corrected_and_not_edited(office, writer):
    with office.database.write() as session:
        a_dispatch(session, 2, office.clock.now(), left=True)
    page = writer.get("/releases/2/edit")
    assert " readonly" in page.text
    refused = edit(writer, body_fr="Trop tard.")
    assert refused.status_code == 409
    assert "Trop tard." in refused.text
    made = writer.post("/releases/2/follow-up", data={"kind": "correction"})
    assert made.headers["location"] == "/releases/3/edit"
    assert words_of(office, 3) == words_of(office, 2)
    with office.database.read() as session:
        begun = session.get_one(Release, 3)
        assert (begun.kind, begun.parent_id) == ("correction", 2)


def test_a_language_is_added_called_up_to_date_and_taken_out(office, writer):
    page = writer.get("/releases/2/edit?add=en")
    assert 'id="version-en"' in page.text
    form = sent_by(page, title_en="Meeting", body_en="The ministry meets.")
    assert writer.post("/releases/2/edit", data=form).status_code == 303
    fresh = writer.post("/releases/2/edit/up-to-date", data={"language": "en"})
    assert fresh.status_code == 303
    page = writer.get("/releases/2/edit").text
    assert 'data-stale="en" hidden' in page
    seal = sent_by(writer.get("/releases/2/edit"))["seal"][2]
    out = writer.post(
        "/releases/2/edit/take-out", data={"language": "en", "seal": seal}
    )
    assert out.status_code == 303
    assert list(words_of(office, 2)) == ["fr", "ar"]
    # Its words are in the history, and come back from there.
    history = writer.get("/releases/2/history?language=en")
    assert "The ministry meets." in history.text


def test_an_earlier_text_is_compared_and_put_back(office, writer):
    edit(writer, body_fr="Deuxième.")
    page = writer.get("/releases/2/history").text
    assert "<ins>Deuxième</ins>" in page
    with office.database.read() as session:
        first = session.query(VersionEdit).order_by(VersionEdit.id).first().id
    back = writer.post("/releases/2/history", data={"edit": first})
    assert back.headers["location"] == "/releases/2/history?language=fr"
    assert words_of(office, 2)["fr"][1] == FRENCH
    assert writer.post("/releases/2/history", data={"edit": 99}).status_code == 409


def test_remarks_are_kept_resolved_and_refused_with_their_words(office, writer):
    path = "/releases/2/comments"
    assert (
        writer.post(path, data={"text": "Le jour ?", "language": "fr"}).status_code
        == 303
    )
    page = writer.get("/releases/2/edit").text
    assert "Le jour ?" in page
    assert writer.post(f"{path}/1", data={"resolved": "true"}).status_code == 303
    assert "resolved by" in writer.get("/releases/2/edit").text
    refused = writer.post(path, data={"text": "x" * 2_001})
    assert refused.status_code == 400
    assert "x" * 2_001 in refused.text


def test_files_are_added_and_removed(office, writer):
    def add(name, content, **data):
        return writer.post(
            "/releases/2/files", data=data, files={"file": (name, content)}
        )

    assert add("Signé.pdf", PDF, role="signed", language="fr").status_code == 303
    refused = add("salle.png", a_png(), role="picture")
    assert refused.status_code == 400
    assert "A picture needs words" in refused.text
    assert (
        add("salle.png", a_png(), role="picture", alternative="La salle").status_code
        == 303
    )
    assert add("faux.pdf", b"MZ", role="signed").status_code == 400
    assert add("vide.pdf", b"", role="signed").status_code == 400
    assert "Signé.pdf" in writer.get("/releases/2/edit").text
    assert writer.post("/releases/2/files/1/remove").status_code == 303
    assert "Signé.pdf" not in writer.get("/releases/2/edit").text
    # Twice is once.
    assert writer.post("/releases/2/files/1/remove").status_code == 303


def a_document():
    made = Document()
    made.add_heading("Rencontre nationale", 1)
    made.add_paragraph("Le ministère invite la presse.")
    made.sections[0].header.paragraphs[0].text = "Royaume du Maroc"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_a_document_is_looked_at_before_it_is_taken(office, writer):
    shown = writer.post(
        "/releases/2/edit/import",
        data={"language": "fr"},
        files={"file": ("note.docx", a_document())},
    )
    assert shown.status_code == 200, shown.text[-2000:]
    assert "Royaume du Maroc" in shown.text
    assert "Le ministère invite la presse." in shown.text
    assert words_of(office, 2)["fr"][1] == FRENCH
    taken = writer.post(
        "/releases/2/edit",
        data={
            "language": "fr",
            "title": "Rencontre nationale",
            "body": "Le ministère invite la presse.",
            "seal": shown.text.split('name="seal" value="')[1].split('"')[0],
        },
    )
    assert taken.status_code == 303
    assert words_of(office, 2)["fr"] == (
        "Rencontre nationale",
        "Le ministère invite la presse.",
    )


def test_a_document_that_is_none_is_refused(writer):
    answer = writer.post(
        "/releases/2/edit/import",
        data={"language": "fr"},
        files={"file": ("note.docx", b"PK\x03\x04 rien")},
    )
    assert answer.status_code == 400


def test_pasted_words_come_back_clean_and_nothing_is_kept(office, writer):
    answer = writer.post(
        "/releases/clean", data={"page": "<p>Un <b>mot</b><script>x</script>"}
    )
    assert answer.json() == {
        "text": "Un **mot**",
        "dropped": ["clipboard: A script was dropped."],
    }


@pytest.mark.parametrize(
    "path", ["/releases/99/edit", "/releases/99/history", "/releases/99/preview"]
)
def test_there_are_no_pages_of_a_release_that_is_not(writer, path):
    assert writer.get(path).status_code == 404


def test_hostile_words_are_text_on_every_page_of_the_editor(office, writer):
    hostile = "</textarea><script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    edit(writer, title_fr=hostile, body_fr=hostile, place=hostile)
    writer.post("/releases/2/comments", data={"text": hostile})
    for path in (
        "/releases",
        "/releases/2/edit",
        "/releases/2/history",
        "/releases/2/preview",
        "/releases/2/preview?tab=headers",
        "/releases/2/preview?tab=text",
        "/releases/2/preview/mail",
    ):
        page = writer.get(path).text
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path


def test_an_account_that_was_closed_mid_edit_gets_its_words_back(office, writer):
    form = sent_by(writer.get("/releases/2/edit"), body_fr="Encore là.")
    with office.database.write() as session:
        session.query(Account).filter_by(name="writer").one().role = Role.READER
    answer = writer.post("/releases/2/edit", data=form)
    assert answer.status_code == 403
    assert "Encore là." in answer.text

from datetime import datetime

import pytest
from sending_makers import ZONE, a_release

from core.errors import BadInput
from core.settings import Organisation
from distributor.releases import importing, seal, titles


def a_file(tmp_path, name, text, *, encoding="utf-8"):
    path = tmp_path / name
    path.write_text(text, encoding=encoding)
    return path


def test_the_language_is_read_from_the_suffix(tmp_path):
    files = [
        a_file(tmp_path, "note.fr.md", "# Titre\n\nTexte."),
        a_file(tmp_path, "note.ar.txt", "بلاغ صحفي\n\nالعنوان\n\nالنص."),
    ]
    french, arabic = importing.read(files)
    assert (french.language, french.title, french.body) == ("fr", "Titre", "Texte.")
    assert (arabic.language, arabic.title) == ("ar", "العنوان")
    assert arabic.body == "بلاغ صحفي\n\n\nالنص."


def test_a_file_without_suffix_needs_its_language_named(tmp_path):
    path = a_file(tmp_path, "note.md", "# Titre\n\nTexte.")
    (version,) = importing.read([path], "fr")
    assert version.language == "fr"
    with pytest.raises(BadInput, match="language"):
        importing.read([path])


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("COMMUNIQUE DE PRESSE\n\nRENCONTRE\n\nTexte", "RENCONTRE"),
        ("**COMMUNIQUÉ DE PRESSE :**\n\n**Rencontre**\n\nTexte", "Rencontre"),
        ("PRESS RELEASE\n\n## The meeting ##\n\nText", "The meeting"),
        ("\ufeffTitre\r\n\r\nTexte", "Titre"),
    ],
)
def test_a_kicker_is_not_the_title(text, title):
    found, body = titles.split(text.removeprefix("\ufeff"))
    assert found == title
    assert title not in body


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("note.fr.md", ""),
        ("note.fr.md", "# Seulement un titre"),
        ("note.de.md", "# Titel\n\nText"),
        ("note.fr.docx", "x"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_its_mend(tmp_path, name, text):
    with pytest.raises(BadInput) as caught:
        importing.read([a_file(tmp_path, name, text)])
    assert name in caught.value.to
    assert caught.value.mend


def test_letters_that_are_not_utf_8_are_named_by_line(tmp_path):
    path = a_file(tmp_path, "n.fr.md", "# Titre\n\nDécembre", encoding="windows-1252")
    with pytest.raises(BadInput, match=r"n\.fr\.md, line 3"):
        importing.read([path])


def test_two_files_of_one_language_are_refused(tmp_path):
    files = [a_file(tmp_path, f"{n}.fr.md", "# T\n\nx") for n in ("a", "b")]
    with pytest.raises(BadInput, match=r"a\.fr\.md"):
        importing.read(files)


def test_a_number_is_given_once_and_an_embargo_becomes_a_moment(database, clock):
    with database.write() as session:
        release = a_release(
            session, now=clock.now(), embargo=datetime(2026, 11, 24, 10)
        )
        assert release.embargo_at.hour == 10
        with pytest.raises(BadInput, match="already"):
            a_release(session, now=clock.now())


def test_the_release_seal_breaks_with_anything_that_leaves(database, clock):
    office = Organisation.model_validate({"name": "M", "from": "a@b.ma"})
    with database.write() as session:
        release = a_release(session, now=clock.now())
        session.flush()

        def sealed(templates=None, organisation=office, declaration=""):
            return seal.release_seal(
                release,
                templates=templates or {"release.txt": b"x"},
                organisation=organisation,
                declaration=declaration,
            )

        first = sealed()
        assert first == sealed()
        shown = ("name", "name_ar", "from", "reply_to", "return_path", "postal_address")
        others = [
            Organisation.model_validate(
                {"name": "M", "from": "a@b.ma", field: "c@b.ma"}
            )
            for field in shown
        ]
        seals = {first, sealed({"release.txt": b"y"})}
        seals |= {sealed(organisation=other) for other in others}
        seals.add(sealed(declaration="D-W-123/2026"))
        release.versions[0].body += " "
        seals.add(sealed())
    assert len(seals) == 4 + len(shown)


def test_the_dispatch_seal_does_not_depend_on_the_order_of_contacts():
    def sealed(recipients, zone=ZONE):
        return seal.dispatch_seal(
            of_release="r",
            recipients=recipients,
            wall=datetime(2026, 1, 1, 9),
            zone=zone,
            channels=["smtp"],
        )

    two = [("a@b.ma", "fr"), ("c@d.ma", "ar")]
    assert sealed(two) == sealed(two[::-1])
    assert sealed(two) != sealed([("a@b.ma", "ar"), two[1]])
    assert sealed(two) != sealed(two, zone="Europe/Paris")

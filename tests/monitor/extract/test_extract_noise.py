"""What is not the article goes, kind by kind; what is stays."""

import pytest
from extract_makers import PARAGRAPHS, TEXT, page

from monitor.extract import extract_page

URL = "https://www.courrier.test/societe/enquete.html"
LONG = (
    "Le conseil a voté hier soir un texte que personne n'attendait, et qui changera la vie"
    " des habitants de la vallée pendant de longues années. "
)


def text_of(body):
    found = extract_page(body, url=URL)
    assert found is not None
    return found.text


@pytest.mark.parametrize(
    "noise",
    [
        "<p>Lire aussi : <a href='/x'>Le port de pêche rouvre après la tempête</a></p>",
        "<p>اقرأ أيضا: <a href='/x'>ميناء الصيد يستأنف نشاطه بعد العاصفة</a></p>",
        "<p><strong>À lire également : <a href='/x'>Le prix du gaz</a></strong></p>",
        "<p>[ <a href='/x'>Le port de pêche rouvre après dix jours de tempête</a> ]</p>",
        "<div class='lire-aussi'><h4>Lire aussi</h4><a href='/x'>Le port rouvre</a></div>",
        "<div><p>Sur le même sujet</p><ul><li><a href='/x'>Le port rouvre</a></li></ul></div>",
    ],
)
def test_an_invitation_to_read_elsewhere_goes(noise):
    assert text_of(page(inside=noise)) == TEXT


@pytest.mark.parametrize(
    "noise",
    [
        "<p>Publicité</p>",
        "<p>إعلان</p>",
        "<p>La suite après la publicité</p>",
        "<div class='ad-slot'><p>Achetez maintenant notre superbe aspirateur</p></div>",
    ],
)
def test_an_advertisement_between_paragraphs_goes(noise):
    assert text_of(page(inside=noise)) == TEXT


@pytest.mark.parametrize(
    "noise",
    [
        "<figure><img src='a.jpg'><figcaption>Vue du quartier nord</figcaption></figure>",
        "<div class='photo'><img src='a.jpg'><p class='legende'>Vue du quartier</p></div>",
        "<div class='x1'><img src='a.jpg'><br><em>Vue du quartier nord</em></div>",
        "<p>Crédit photo : Studio de l'Oued</p>",
    ],
)
def test_a_caption_and_its_credit_go(noise):
    assert text_of(page(inside=noise)) == TEXT


@pytest.mark.parametrize(
    "noise",
    [
        "<div class='share-bar'>Partager <a href='#'>Facebook</a></div>",
        "<p>Partager</p>",
        "<p>Suivez notre actualité sur Google News et sur WhatsApp</p>",
        "<p>انضموا إلى قناتنا على واتساب حتى لا يفوتكم أي خبر</p>",
        "<p>Recevez chaque matin l'essentiel dans votre boîte mail. Désinscription facile.</p>",
        "<p>Les commentaires sont modérés et les propos injurieux sont supprimés.</p>",
        "<p>© Tous droits réservés. Reproduction interdite sans accord écrit.</p>",
    ],
)
def test_a_line_of_the_site_goes(noise):
    assert text_of(page(below=noise)) == TEXT


def test_comments_go_even_when_they_are_longer_than_the_article():
    comments = "".join(
        f"<div class='reaction'><p>{LONG * 2}</p></div>" for _ in range(9)
    )
    assert text_of(page(after=f"<div class='reactions'>{comments}</div>")) == TEXT


def test_the_next_article_below_goes():
    body = (
        f"<article><h1>Une enquête</h1>{''.join(f'<p>{x}</p>' for x in PARAGRAPHS)}"
        f"</article><article><h1>Un autre sujet</h1><p>{LONG}</p><p>{LONG}</p></article>"
    )
    html = f"<title>Une enquête</title><body><main>{body}</main></body>".encode()
    assert text_of(html) == TEXT


def test_cards_of_other_articles_go_whatever_they_are_called():
    cards = "".join(
        f"<div class='zz'><a href='/{n}'><h3>Le prix du gaz ne bouge pas {n}</h3></a>"
        f"<p>{LONG[:150]}</p></div>"
        for n in range(5)
    )
    assert text_of(page(below=cards)) == TEXT


def test_a_consent_dialog_goes():
    dialog = (
        f"<div role='dialog'><h2>Votre vie privée</h2><p>{LONG}</p><p>{LONG}</p></div>"
    )
    assert text_of(page(before=dialog)) == TEXT


def test_an_author_box_goes():
    box = f"<div class='author-box'><h4>Nadia Alami</h4><p>{LONG}</p></div>"
    assert text_of(page(below=box)) == TEXT


def test_columns_of_a_layout_table_go():
    links = "".join(f"<a href='/{n}'>{LONG[:60]}</a><br>" for n in range(6))
    middle = "<br><br>".join(PARAGRAPHS)
    html = (
        "<title>Une enquête publique</title><table><tr>"
        f"<td>{links}</td><td><b>Une enquête publique</b><br>{middle}</td>"
        f"<td>{LONG}</td></tr></table>"
    ).encode()
    found = text_of(html)
    assert all(one in found for one in PARAGRAPHS)
    assert LONG[:50] not in found


def test_a_byline_and_a_date_around_the_text_go():
    above = "<p>Par Nadia Alami</p><p>27 novembre 2026 à 14h30</p>"
    assert text_of(page(above=above, below="<p><b>Nadia Alami</b></p>")) == TEXT


def test_a_link_inside_a_sentence_stays_whatever_it_is_called():
    inside = (
        "<p>Le ministère a publié <a class='related-link' href='/x'>un rapport de trente"
        " pages</a> qui confirme les chiffres avancés par la commune.</p>"
    )
    assert "un rapport de trente pages qui confirme" in text_of(page(inside=inside))


def test_a_quoted_post_stays():
    post = (
        "<div class='embed-tweet'><blockquote class='twitter-tweet'><p>Nous suivons la"
        " situation avec attention et rendrons compte chaque soir.</p></blockquote></div>"
    )
    assert "rendrons compte chaque soir" in text_of(page(inside=post))


def test_lists_headings_and_quotations_stay():
    inside = (
        "<h2>Des réserves sur le calendrier</h2><ul><li>Premier point à revoir</li>"
        "<li>Second point à revoir</li></ul>"
        "<blockquote><p>On ne peut pas vivre au milieu d'un chantier.</p></blockquote>"
    )
    found = text_of(page(inside=inside))
    assert "Des réserves sur le calendrier" in found
    assert "- Premier point à revoir\n- Second point à revoir" in found
    assert "On ne peut pas vivre" in found


def test_a_standfirst_above_the_picture_stays():
    lead = "Après trois ans de désaccords, la commune présente une version révisée du plan."
    above = f"<div class='chapo'>{lead}</div><div class='photo'><img src='a.jpg'></div>"
    assert text_of(page(above=above)).startswith(lead)


def test_a_body_parted_by_advertisements_is_read_whole():
    parts = "<div class='ad'>Publicité</div>".join(
        f"<div class='grid'><div class='body-part'><p>{one}</p><p>{LONG}{n}</p></div></div>"
        for n, one in enumerate(PARAGRAPHS)
    )
    html = (
        f"<title>Une enquête</title><h1>Une enquête</h1><main>{parts}</main>".encode()
    )
    assert all(one in text_of(html) for one in PARAGRAPHS)


def test_text_is_never_taken_from_what_machines_alone_are_told():
    hidden = "Ce paragraphe ne se lit nulle part sur la page, il est dans les données."
    told = f'<script type="application/ld+json">{{"@type": "NewsArticle", "articleBody": "{hidden}"}}</script>'
    assert text_of(page(head=told)) == TEXT


def test_a_sentence_set_as_a_heading_under_the_title_stays():
    lead = "Après trois ans de désaccords, la commune présente une version révisée du plan."
    assert text_of(page(above=f"<h2>{lead}</h2>")).startswith(lead)


@pytest.mark.parametrize(
    "line",
    [
        "Photo : le siège du ministère à Rabat (Archives)",
        "Crédit photo : MAP",
        "Photo d'archives",
        "صورة من الأرشيف",
        "صورة: مقر الوزارة بالرباط",
    ],
)
def test_a_caption_the_page_does_not_mark_goes(line):
    assert text_of(page(above=f"<p>{line}</p>")) == TEXT

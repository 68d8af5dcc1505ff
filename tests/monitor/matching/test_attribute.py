"""Labels, reasons and passages on subjects the development set does not hold."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from matching_makers import (
    an_article,
    container_ship,
    every_release,
    vaccination,
)

from monitor.matching.attribute import ReleaseIndex, attribute
from monitor.matching.values import Label, ReasonCode

SHORT = (
    "« La vaccination est gratuite et sûre, et aucun enfant ne doit en être privé », a "
    "rappelé Nadia Benchekroun, directrice de l'épidémiologie"
)


def labels(article, releases=None):
    index = ReleaseIndex(every_release() if releases is None else releases)
    return {one.release_id: one.label for one in attribute(article, index)}


def test_a_release_printed_whole_is_a_reprint_with_its_passage():
    release = vaccination()
    body = "\n\n".join(release.versions["fr"].paragraphs)
    [found] = attribute(an_article(body), ReleaseIndex(every_release()))
    assert (found.release_id, found.label) == ("vaccination", Label.REPRINT)
    printed = "".join(body[one.start : one.end] for one in found.passages)
    assert len(printed) > 0.95 * len(body)


def test_a_passage_leads_to_the_same_words_in_the_release():
    release = vaccination()
    body = f"Les parents s'interrogent depuis des semaines sur ce rappel. {SHORT}."
    filler = " Une pharmacienne raconte sa journée et les files devant sa porte." * 4
    [found] = attribute(an_article(body + filler), ReleaseIndex([release]))
    assert found.label is Label.PARTIAL
    [passage] = found.passages
    text = release.versions["fr"].text
    lifted = (body + filler)[passage.start : passage.end]
    assert lifted == text[passage.release_start : passage.release_end]


def test_slips_and_changed_words_stay_inside_one_passage():
    paragraph = vaccination().versions["fr"].paragraphs[1]
    changed = paragraph.replace("mobiles", "itinérantes").replace(
        "vérifier", "verifler"
    )
    [found] = attribute(an_article(changed), ReleaseIndex([vaccination()]))
    assert len(found.passages) == 1


def test_menus_and_captions_do_not_dilute_a_reprint():
    menu = "\n\n".join(["Accueil | Politique | Sport", "Partager", "À lire aussi"] * 12)
    body = f"{menu}\n\n{vaccination().versions['fr'].paragraphs[1]}\n\n{menu}"
    assert labels(an_article(body)) == {"vaccination": Label.REPRINT}


def test_a_wrongly_declared_language_is_seen_through():
    body = "\n\n".join(vaccination().versions["ar"].paragraphs)
    assert labels(an_article(body, language="fr-MA")) == {"vaccination": Label.REPRINT}


def test_standing_text_and_contact_are_no_evidence():
    version = vaccination().versions["fr"]
    body = (
        f"Un concours de dessin est ouvert.\n\n{version.boilerplate}\n{version.contact}"
    )
    assert labels(an_article(body)) == {}


def test_a_sentence_recycled_between_releases_is_evidence_for_neither():
    recycled = (
        "Chaque service public rendra compte de ses résultats devant les citoyens."
    )
    twins = [
        replace(
            release,
            versions={
                "fr": replace(
                    release.versions["fr"],
                    paragraphs=[*release.versions["fr"].paragraphs, recycled],
                )
            },
        )
        for release in (vaccination(), container_ship())
    ]
    assert labels(an_article(f"Ils l'ont répété : {recycled}"), twins) == {}


def test_a_correction_does_not_take_the_evidence_of_its_parent():
    parent = vaccination()
    correction = replace(
        parent, id="correction", published_at=datetime(2025, 3, 11, tzinfo=UTC)
    )
    body = "\n\n".join(parent.versions["fr"].paragraphs)
    found = labels(an_article(body), [parent, correction])
    assert found == {"vaccination": Label.REPRINT, "correction": Label.REPRINT}


REWRITES = [
    (
        "vaccination",
        "ar",
        "2025-03-16",
        "غدا.. انطلاق عملية واسعة لتلقيح التلاميذ ضد الحصبة",
        (
            "تستعد المؤسسات التعليمية لاستقبال فرق طبية ستراقب دفاتر ملايين الأطفال ابتداء من غد "
            "الاثنين، بعد تسجيل إصابات جديدة بالحصبة في عدد من الأقاليم.\n\nودعت السلطات الصحية "
            "الآباء إلى عدم التردد، مؤكدة أن الجرعات بالمجان."
        ),
    ),
    (
        "vaccination",
        "en",
        "2025-03-11",
        "Morocco to check vaccination records of ten million children",
        (
            "Health workers will visit schools across Morocco from Monday to check whether "
            "children have had both doses of the measles vaccine, the health ministry said.\n\n"
            "Some 4,500 mobile teams will take part in the campaign."
        ),
    ),
    (
        "ship",
        "fr",
        "2024-06-13",
        "Un géant des mers inaugure les quais de Nador",
        (
            "Il est arrivé de Rotterdam mercredi à l'aube. Le « Delta Horizon », 366 mètres, a "
            "accosté au nouveau port en eau profonde de Nador West Med, sous les "
            "applaudissements des dockers."
        ),
    ),
    (
        "ship",
        "ar",
        "2024-06-11",
        "ميناء الناظور يستقبل غدا أول سفينة حاويات",
        (
            "يستعد ميناء الناظور غرب المتوسط لاستقبال أول سفينة للحاويات يوم غد الأربعاء، قادمة "
            "من روتردام، في خطوة طال انتظارها.\n\nوستفرغ الباخرة حوالي 2300 حاوية، فيما يرتقب أن "
            "يوفر المشروع 3400 منصب شغل."
        ),
    ),
    (
        "tournament",
        "fr",
        "2023-09-22",
        "Football féminin : les académies se mesurent à Marrakech",
        (
            "Douze équipes de filles de moins de 17 ans sont réunies depuis jeudi à Marrakech "
            "pour un tournoi inédit organisé par la Fédération. Quatre jours de matchs au stade "
            "El Harti, avec 850 000 dirhams de prix à la clé."
        ),
    ),
    (
        "gallery",
        "fr",
        "2025-02-02",
        "Tanger rouvre la douane aux manuscrits andalous",
        (
            "Deux cent quatorze manuscrits, une vitre et un atelier : le musée de Tanger a ouvert "
            "samedi sa galerie andalouse dans l'ancienne douane. La conservatrice Leila Amrani y "
            "voit un retour à la maison."
        ),
    ),
]


@pytest.mark.parametrize(("release", "language", "day", "title", "body"), REWRITES)
def test_a_rewrite_is_found_in_any_language(release, language, day, title, body):
    article = an_article(
        body, title=title, language=language, at=f"{day}T08:00:00+00:00"
    )
    assert labels(article) == {release: Label.REWRITE}


MENTIONS = [
    (
        "ship",
        "fr",
        "2024-07-02",
        "Oujda : le train de marchandises attend son quai",
        (
            "La liaison ferroviaire entre Oujda et la côte n'avance pas. Les élus ont demandé "
            "lundi un calendrier au ministère du Transport. Les terrains ne sont pas tous "
            "acquis.\n\n« Le premier porte-conteneurs est arrivé à Nador West Med le 12 juin, et "
            "les camions font déjà la queue », observe un transporteur."
        ),
    ),
    (
        "gallery",
        "en",
        "2025-02-14",
        "Ferry strike leaves Tangier hotels half empty",
        (
            "A strike by ferry crews has emptied hotels in Tangier for a second week. Unions and "
            "the operator met on Thursday without result.\n\nHoteliers had hoped that the "
            "manuscripts gallery the museum opened on 1 February would bring visitors from "
            "Spain. Bookings have fallen by a third."
        ),
    ),
]


@pytest.mark.parametrize(("release", "language", "day", "title", "body"), MENTIONS)
def test_a_mention_in_passing_is_told_from_a_rewrite(
    release, language, day, title, body
):
    article = an_article(
        body, title=title, language=language, at=f"{day}T08:00:00+00:00"
    )
    assert labels(article)[release] in {Label.MENTION, Label.REWRITE}
    assert set(labels(article)) == {release}


UNRELATED = [
    (
        "fr",
        "2024-11-05",
        "Grippe : la campagne de vaccination débute",
        (
            "Le Ministère de la Santé et de la Protection sociale a lancé lundi la campagne "
            "nationale de vaccination contre la grippe saisonnière."
        ),
    ),
    (
        "fr",
        "2025-03-19",
        "Le ministère de la Santé inaugure un hôpital à Guelmim",
        (
            "Le ministre de la Santé a inauguré mercredi à Guelmim un hôpital régional de 250 "
            "lits. L'établissement emploiera 600 soignants."
        ),
    ),
    (
        "fr",
        "2024-06-12",
        "Tanger Med : record de conteneurs au premier semestre",
        (
            "Le port de Tanger Med a traité 4,9 millions de conteneurs en six mois, un record. "
            "Un nouveau quai de 800 mètres sera livré en 2025."
        ),
    ),
    (
        "ar",
        "2024-09-20",
        "الرباط تحتضن النسخة الثانية من دوري الأكاديميات",
        (
            "تنظم الجامعة الملكية لكرة القدم، يوم الخميس 26 شتنبر 2024 بالرباط، الدورة الثانية من "
            "دوري الأكاديميات لكرة القدم النسوية بمشاركة ستة عشر فريقا."
        ),
    ),
    (
        "en",
        "2025-02-02",
        "Tangier museum of contemporary art closes for repairs",
        (
            "The museum of contemporary art in Tangier closed on Saturday for roof repairs that "
            "will last six months. Its collection moves to Rabat."
        ),
    ),
]


@pytest.mark.parametrize(("language", "day", "title", "body"), UNRELATED)
def test_a_near_twin_is_unrelated(language, day, title, body):
    article = an_article(
        body, title=title, language=language, at=f"{day}T08:00:00+00:00"
    )
    assert labels(article) == {}


def test_what_appeared_before_the_release_is_not_its_rewrite():
    _release, language, _, title, body = REWRITES[1]
    early = an_article(body, title=title, language=language, at="2025-03-09T08:00:00Z")
    found = attribute(early, ReleaseIndex([vaccination()]), with_unrelated=True)
    assert {one.label for one in found} <= {Label.UNRELATED}


def test_reasons_say_in_words_what_spoke_for_the_release():
    _, language, day, title, body = REWRITES[2]
    article = an_article(
        body, title=title, language=language, at=f"{day}T08:00:00+00:00"
    )
    [found] = attribute(article, ReleaseIndex(every_release()))
    reasons = {one.code: one for one in found.reasons}
    assert reasons[ReasonCode.NAMES_DAY].fields == {"days": "2024-06-12"}
    assert "nador" in reasons[ReasonCode.NAMES].english
    assert all(one.english for one in found.reasons)


def test_adding_an_unrelated_release_changes_nothing():
    body = "\n\n".join(vaccination().versions["fr"].paragraphs[:2])
    alone = ReleaseIndex([vaccination()])
    before = attribute(an_article(body), alone)
    alone.extend([container_ship()])
    assert attribute(an_article(body), alone) == before


def test_an_article_without_words_covers_nothing():
    assert attribute(an_article("", at=None), ReleaseIndex(every_release())) == []
    assert attribute(an_article("…"), ReleaseIndex()) == []

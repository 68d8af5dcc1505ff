"""Whether an article says a key message: pairs that do, pairs that look as if they did."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.matching.messages import ReadText, is_telling, key_words

HOUSING = "Le ministère mobilise 48 000 hectares pour le logement social d'ici 2030"
SIMPLER = (
    "Les agences urbaines simplifient les procédures d'autorisation pour les citoyens"
)
DESK = "Un guichet unique numérique remplace le dossier papier dans toutes les communes"
DIRECT = "Le soutien direct au logement a bénéficié à 30 000 familles"
MASATIR = "تبسيط مساطر التعمير لفائدة المواطنين والمستثمرين"
FAMILIES = "استفادت 30 ألف أسرة من الدعم المباشر للسكن"
AGENCIES = "الوكالات الحضرية تواكب الجماعات في إعداد وثائق التعمير"
PERMITS = "Urban agencies will answer every building permit within fifteen days"

SAID = [
    (
        HOUSING,
        "La ministre ouvre 48.000 hectares au logement social à l'horizon 2030. Le ministère y travaille.",
    ),
    (
        SIMPLER,
        "Il a souligné la simplification des procédures. Les autorisations seront délivrées plus vite aux citoyens par les agences urbaines.",
    ),
    (
        SIMPLER,
        "Désormais, les agences urbaines auront des procédures plus simples. L'autorisation de construire viendra en 15 jours.",
    ),
    (
        DESK,
        "Toutes les communes auront un guichet numérique unique. Le dossier en papier disparaît.",
    ),
    (DIRECT, "Quelque 30.000 familles ont bénéficié du soutien direct au logement."),
    (
        MASATIR,
        "وأكد الوزير على تبسيط المساطر المتعلقة بالتعمير، بما يخدم المواطن والمستثمر.",
    ),
    (
        FAMILIES,
        "وقال المسؤول إن ثلاثين ألف أسرة استفادت من الدعم المباشر المخصص للسكن.",
    ),
    (
        AGENCIES,
        "الوكالات الحضرية ستواكب الجماعات الترابية. ويهم ذلك إعداد وثائق التعمير.",
    ),
    (
        PERMITS,
        "From now on, each urban agency must answer a request for a building permit in 15 days.",
    ),
]
NOT_SAID = [
    (
        HOUSING,
        "Le ministère annonce 12 000 hectares pour le logement social d'ici 2030.",
    ),
    (
        SIMPLER,
        "Les agences urbaines se sont réunies à Rabat mercredi. Les citoyens attendent des logements.",
    ),
    (
        DESK,
        "Le ministère a présenté sa stratégie numérique aux présidents des communes.",
    ),
    (
        DIRECT,
        "Le soutien direct au logement sera lancé en janvier. Les familles déposeront un dossier.",
    ),
    (MASATIR, "انعقد بالرباط لقاء حول التعمير بحضور المستثمرين والمنتخبين."),
    (FAMILIES, "استفادت 12 ألف أسرة من الدعم المباشر للسكن."),
    (
        AGENCIES,
        "اجتمعت الوكالات الحضرية بالرباط لمناقشة حصيلة السنة. وحضر رؤساء الجماعات.",
    ),
    (
        PERMITS,
        "The urban agencies met in Rabat. The minister answered questions about building.",
    ),
]
telling = st.lists(
    st.sampled_from(
        [
            "guichet",
            "numérique",
            "dossier",
            "papier",
            "commune",
            "hectares",
            "logement",
            "48",
            "mars",
        ]
    ),
    min_size=1,
    max_size=12,
).map(" ".join)


def place(message, text):
    return ReadText(text).best(key_words(message))


@pytest.mark.parametrize(("message", "text"), SAID)
def test_a_message_is_found_in_other_words_of_its_language(message, text):
    assert place(message, text) is not None


@pytest.mark.parametrize(("message", "text"), NOT_SAID)
def test_the_same_subject_or_another_figure_is_not_the_message(message, text):
    assert place(message, text) is None


def test_the_quote_is_the_sentences_that_say_it_and_no_more():
    text = f"Rien ici. « {DIRECT}. » Et rien là."
    found = place(DIRECT, text)
    assert text[found.start : found.end].strip() == f"« {DIRECT}. »"
    assert found.share == 1.0


def test_words_far_apart_do_not_say_it():
    far = "Le guichet ouvre. Il pleut beaucoup. Le dossier numérique. Il neige. Le papier dans les communes."
    assert place(DESK, far) is None


def test_a_message_of_few_telling_words_is_known_as_such():
    assert is_telling(DESK)
    assert not is_telling("Le ministère agit pour vous")
    assert not is_telling("48 000 en 2030")


@given(telling, telling)
def test_what_is_found_has_most_of_the_words_and_every_figure(message, text):
    wanted, found = key_words(message), place(message, text)
    if found is not None:
        quoted = key_words(text[found.start : found.end])
        assert wanted.figures <= quoted.figures
        assert len(wanted.terms & quoted.terms) >= 0.6 * len(wanted.terms)


@given(telling)
def test_a_telling_message_is_found_in_itself(message):
    assert (place(message, message) is not None) == is_telling(message)

"""The one word of a reason or of a state is told in words, in each language."""

import pytest

from core.i18n import words
from core.values import SCREENS, Language
from distributor.reasons import BECAUSE_SAID
from distributor.states import Because, DeliveryState, DispatchState


def test_every_reason_is_told_in_words():
    assert set(BECAUSE_SAID) == set(Because)


@pytest.mark.parametrize("language", [one for one in SCREENS if one != "en"])
def test_each_language_has_its_own_words_for_it(language):
    told = words(Language(language))
    english = [*BECAUSE_SAID.values(), *DeliveryState, *DispatchState]
    assert [one for one in english if told.gettext(one) == one] == []

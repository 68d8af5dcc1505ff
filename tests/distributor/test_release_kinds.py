import pytest

from core.values import SCREENS, Language, ReleaseKind
from distributor.releases.kinds import KINDS, Need


@pytest.mark.parametrize("kind", ReleaseKind)
def test_every_kind_is_named_in_every_language(kind):
    assert all(KINDS[kind].kicker(language).strip() for language in Language)
    assert len({KINDS[kind].kicker(language) for language in SCREENS}) == len(SCREENS)


def test_a_kind_that_speaks_of_another_release_says_so_in_its_subject():
    of_another = {kind for kind in ReleaseKind if Need.PARENT in KINDS[kind].needs}
    assert of_another == {kind for kind in ReleaseKind if KINDS[kind].in_subject}
    assert of_another == {
        ReleaseKind.REMINDER,
        ReleaseKind.CORRECTION,
        ReleaseKind.CANCELLATION,
    }


def test_amazigh_has_the_french_kicker_until_an_office_gives_its_own():
    invitation = KINDS[ReleaseKind.INVITATION]
    assert invitation.kicker(Language.AMAZIGH) == "INVITATION PRESSE"

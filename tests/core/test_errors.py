"""The tree of errors."""

import pytest

import core.errors
from core.errors import BadInput, BadSetting, NotFound, OfficeError, Unavailable

ALL = [
    thing
    for thing in vars(core.errors).values()
    if isinstance(thing, type) and issubclass(thing, OfficeError)
]


def test_an_error_says_to_what_it_happened_and_what_to_do():
    error = BadInput(
        "The address is not one.", to="contacts.csv, line 3, email", mend="Correct it."
    )
    assert (
        str(error) == "contacts.csv, line 3, email: The address is not one. Correct it."
    )


def test_an_error_without_a_place_is_still_a_sentence():
    assert str(OfficeError("Nothing answers.")) == "Nothing answers."


def test_no_two_errors_have_the_same_code():
    assert len({error.code for error in ALL}) == len(ALL)


@pytest.mark.parametrize("error", ALL)
def test_the_drawing_of_the_tree_names_every_error(error):
    assert error.__name__ in (core.errors.__doc__ or "")


def test_what_is_not_there_is_bad_input_and_what_does_not_answer_is_not():
    assert issubclass(NotFound, BadInput)
    assert issubclass(BadSetting, BadInput)
    assert not issubclass(Unavailable, BadInput)

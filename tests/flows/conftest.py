"""One browser for the tests of a module."""

import pytest
from screens import chromium


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened

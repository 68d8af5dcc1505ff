"""One browser for the tests of a module."""

import pytest
from browsers import chromium


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened

"""Addresses of others become links only when they are plain."""

import pytest

from core.web.outward import outward


@pytest.mark.parametrize(
    ("address", "clickable", "odd"),
    [
        ("https://www.hespress.com/a", True, False),
        ("https://xn--hespess-2of.com/a", True, True),
        ("https://hes\u0440ress.com/a", True, True),
        (
            "https://\u0645\u0648\u0642\u0639.\u0627\u0644\u0645\u063a\u0631\u0628/",
            True,
            False,
        ),
        ("https://xn--zz--zz--99999/", True, True),
        ("javascript:alert(1)", False, False),
        ("data:text/html,x", False, False),
        ("vbscript:x", False, False),
        ("file:///etc/passwd", False, False),
        ("https://www.hespress.com@evil.test/", False, False),
        ("//evil.test/", False, False),
        ("", False, False),
    ],
)
def test_only_plain_addresses_become_links(address, clickable, odd):
    found = outward(address)
    assert (bool(found.href), found.is_odd) == (clickable, odd)

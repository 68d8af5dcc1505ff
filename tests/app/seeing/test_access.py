"""Who may read figures: nobody unless the office said so."""

import pytest

from app.seeing.access import Access, access
from core.settings import WebPages

TOKEN = "a-token-of-sixteen-signs"


def web(**given):
    return WebPages.model_validate(given)


def by_token(said):
    return access(
        web(metrics="token", metrics_token=TOKEN),
        address="203.0.113.7",
        headers={"authorization": said},
    )


def test_it_is_off_until_somebody_says_otherwise():
    assert access(web(), address="127.0.0.1", headers={}) is Access.OFF


def test_a_token_opens_from_anywhere_and_nothing_else_does():
    assert by_token(f"Bearer {TOKEN}") is Access.GIVEN
    assert by_token(f"bearer  {TOKEN} ") is Access.GIVEN
    for wrong in ("", f"Basic {TOKEN}", "Bearer ", f"Bearer {TOKEN}x", "Bearer é"):
        assert by_token(wrong) is Access.ASKED


@pytest.mark.parametrize(
    ("address", "headers", "found"),
    [
        ("127.0.0.1", {}, Access.GIVEN),
        ("::1", {}, Access.GIVEN),
        ("::ffff:127.0.0.1", {}, Access.GIVEN),
        ("10.1.0.4", {}, Access.REFUSED),
        ("203.0.113.7", {}, Access.REFUSED),
        ("", {}, Access.REFUSED),
        ("testclient", {}, Access.REFUSED),
        # A proxy on this machine speaks for the whole world.
        ("127.0.0.1", {"x-forwarded-for": "127.0.0.1"}, Access.REFUSED),
        ("127.0.0.1", {"forwarded": "for=127.0.0.1"}, Access.REFUSED),
        ("127.0.0.1", {"via": "1.1 proxy"}, Access.REFUSED),
    ],
)
def test_networks_let_in_their_machines_and_no_proxy(address, headers, found):
    assert access(web(metrics="networks"), address=address, headers=headers) is found


def test_other_networks_can_be_named():
    given = web(metrics="networks", metrics_networks=["10.1.0.0/16"])
    assert access(given, address="10.1.0.4", headers={}) is Access.GIVEN
    assert access(given, address="127.0.0.1", headers={}) is Access.REFUSED

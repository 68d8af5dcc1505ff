"""Case 64: screens load nothing from elsewhere; the policy forbids it, and nobody tries.

Nothing needs a nonce: no page has a script or a style of its own.
"""

import pytest
from screens_ground import fill_with_marks, office_with_accounts, watched
from served_office import served

from core.values import SCREENS, Role

pytestmark = pytest.mark.browser

PATHS = (
    "/",
    "/releases",
    "/releases/1",
    "/dispatches/1",
    "/coverage",
    "/coverage/1",
    "/coverage/add",
    "/triage",
    "/account/keys",
    "/source-lists",
    "/review",
    "/review/2026-11-24",
    "/sources",
    "/sources/1",
    "/sources/2",
    "/articles/1",
    "/articles/40",
)


@pytest.fixture
def marked(tmp_path, clock, ids):
    with office_with_accounts(tmp_path, clock, ids) as office:
        fill_with_marks(office)
        with served(office) as base:
            yield office, base


def test_no_screen_asks_another_host_or_breaks_its_policy(marked):
    office, base = marked
    for language in SCREENS:
        with watched(
            base, office, role=Role.ADMINISTRATOR, language=str(language)
        ) as browser:
            policies = set()
            browser.page.on(
                "response",
                lambda answer, seen=policies: seen.add(
                    answer.headers.get("content-security-policy", "none")
                ),
            )
            for path in PATHS:
                browser.see(path)
            browser.see("/articles/9999", status=404)
            browser.assert_clean()
            (policy,) = policies
            assert policy.startswith(
                "default-src 'none'; style-src 'self'; script-src 'self'"
            )
            assert "unsafe" not in policy
            assert "img-src 'self' data:" in policy


def test_what_would_be_loaded_is_stopped_by_the_policy(marked):
    """Were a picture of others ever on a page, the browser would not ask for it."""
    office, base = marked
    with watched(base, office) as browser:
        browser.see("/articles/1")
        browser.page.evaluate(
            """() => {
              const image = document.createElement('img');
              image.src = 'https://canary.test/pixel.png';
              document.body.append(image);
              const script = document.createElement('script');
              script.textContent = 'alert(1)';
              document.body.append(script);
            }"""
        )
        browser.page.wait_for_timeout(200)
        assert browser.asked == []
        assert browser.page.evaluate("window.ran || 0") == 0
        assert len(browser.violations) >= 2

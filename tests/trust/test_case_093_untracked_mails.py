"""Case 93, its mail half: where tracking is off, no mail tells who opened or followed it."""

import re

from bs4 import BeautifulSoup
from good_letters import a_person, compose_with, read_both

from core.keys import Links, Purpose

FOLLOWED = "https://ministere.test/programme?annee=2026&page=1"


def test_a_thousand_mails_have_no_pixel_and_no_rewritten_link():
    links = Links(["key"])
    letter = compose_with(body=f"[programme]({FOLLOWED})")
    for number in range(1_000):
        token = f"{number:032x}"
        person = a_person(name=f"Personne {number}", token=token)
        plain, page = read_both(letter, person)
        soup = BeautifulSoup(page, "lxml") if number % 50 == 0 else None
        if soup is not None:
            assert soup.find_all(["img", "picture", "object", "iframe"]) == []
            assert soup.find("a", string="programme")["href"] == FOLLOWED
        assert "<img" not in page
        assert "url(" not in page
        assert FOLLOWED in plain
        # The delivery is named by the links that its reader may want, and by no other.
        wanted = {
            links.sign(purpose, token)
            for purpose in (Purpose.UNSUBSCRIBE, Purpose.PREFERENCES, Purpose.ANSWER)
        }
        assert set(re.findall(rf"{token}[0-9a-f]{{16}}", plain + page)) <= wanted
        assert plain.count(token) + page.count(token) == 4

"""Somebody at the queue of triage who touches no mouse, and what the rows say then."""

from playwright.sync_api import expect
from sqlalchemy import select

from monitor.models import Coverage, CoverageDecision


def decisions(office):
    with office.database.read() as session:
        return {row.id: row.decision for row in session.query(Coverage)}


def reason_of(office, line):
    with office.database.read() as session:
        return session.scalar(
            select(CoverageDecision.rejection)
            .where(CoverageDecision.coverage_id == line)
            .order_by(CoverageDecision.id.desc())
            .limit(1)
        )


class Keyboard:
    """Somebody at the queue who touches no mouse."""

    def __init__(self, page):
        self.page = page

    def at(self, line):
        expect(self.page.locator(f"#panes[data-shown='{line}']")).to_be_attached()

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def hears(self, word):
        expect(self.page.locator("#told")).to_contain_text(word)

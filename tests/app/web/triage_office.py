"""An office whose desk has proposals to decide."""

from screen_makers import fill
from triage_rows import a_proposal, a_release


def fill_desk(office, count, *, groups=(), arabic=()):
    """*count* proposals, the newest with the highest number; groups are ranges of copies."""
    fill(office)
    now = office.clock.now()
    # Far from the ids that a database gives by itself.
    story = {
        number: place
        for place, group in enumerate(groups, start=1_001)
        for number in group
    }
    with office.database.write() as session:
        a_release(session, now, "200/2026")
        for number in range(1, count + 1):
            a_proposal(
                session,
                now,
                number,
                story=story.get(number),
                language="ar" if number in arabic else "fr",
                title=f"عنوان {number}" if number in arabic else None,
            )

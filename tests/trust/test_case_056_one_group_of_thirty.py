"""Case 56: an agency's text in thirty outlets is one story; one headline may be two."""

from datetime import timedelta

from listening_makers import a_source, an_entry, stored
from sqlalchemy import select

from monitor.learning import Learning
from monitor.models import Article, Story
from monitor.releases import Releases
from monitor.sifting import Sifter, Watching
from monitor.stories import Stories

DISPATCH = (
    "Rabat, 4 déc. (MAP) - Le ministère réunira mercredi à Rabat les directeurs des agences "
    "urbaines afin d'examiner la mise en œuvre des nouveaux documents d'urbanisme.\n\n"
    "La rencontre permettra de présenter le bilan des guichets uniques, de débattre des "
    "délais d'instruction des permis de construire et d'arrêter un calendrier commun.\n\n"
    "Les participants visiteront ensuite un chantier où trois ateliers seront consacrés à "
    "la concertation avec les habitants."
)
FIRE = (
    "Un incendie s'est déclaré dans la nuit dans un entrepôt de bois du port. Quarante "
    "pompiers ont travaillé jusqu'à l'aube pour empêcher les flammes de gagner les quais, "
    "et personne n'a été blessé selon la protection civile, qui garde trois camions sur "
    "place pour surveiller les braises."
)
STRIKE = (
    "Les dockers ont cessé le travail à minuit pour réclamer la prime promise au printemps. "
    "La direction du port propose de reprendre les discussions lundi si les accès sont "
    "libérés, ce que l'intersyndicale refuse tant que rien n'est écrit noir sur blanc."
)


def sift(database, clock, texts):
    """Store each (outlet, title, text), sift them all, and answer their stories."""
    with database.write() as session:
        for number, (outlet, title, text) in enumerate(texts):
            source = a_source(
                session, clock, outlet=outlet, host=f"{outlet}.test", path=f"/{number}"
            )
            at = clock.now() + timedelta(minutes=number)
            entry = an_entry(f"{number}", title, host=f"{outlet}.test", at=at)
            stored(session, clock, source, entry)
            row = session.scalars(select(Article).order_by(Article.id.desc())).first()
            row.full_text = text
            row.sift_at = clock.stamp()
    Sifter(
        database=database,
        clock=clock,
        timer=clock,
        releases=Releases(database),
        watching=Watching(database),
        stories=Stories(database),
        learning=Learning(database),
    ).run_due()
    with database.read() as session:
        return session.scalars(select(Article.story_id).order_by(Article.id)).all()


def test_thirty_outlets_with_headlines_of_their_own_are_one_story(database, clock):
    texts = [
        (f"outlet{number}", f"Urbanisme : titre {number} de la rédaction", DISPATCH)
        for number in range(30)
    ]
    found = sift(database, clock, texts)
    assert len(set(found)) == 1
    with database.read() as session:
        story = session.scalars(select(Story)).one()
    assert (story.articles, story.agency) == (30, "MAP")


def test_two_texts_under_one_headline_are_two_stories(database, clock):
    title = "Nuit agitée au port"
    found = sift(database, clock, [("a", title, FIRE), ("b", title, STRIKE)])
    assert len(set(found)) == 2


def test_a_digest_that_holds_a_brief_is_no_copy_of_it(database, clock):
    digest = f"{STRIKE}\n\n{FIRE}\n\n{DISPATCH}"
    found = sift(database, clock, [("a", "Incendie", FIRE), ("b", "En bref", digest)])
    assert len(set(found)) == 2

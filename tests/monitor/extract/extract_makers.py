"""Pages for tests of extraction: one article, and what a test sets around it."""

PARAGRAPHS = (
    (
        "La commune a ouvert lundi une enquête publique sur le quartier nord, qui durera un"
        " mois entier et dont les conclusions seront remises avant la fin du trimestre."
    ),
    (
        "Les services techniques estiment que les réseaux d'eau ne suivront pas avant la"
        " troisième année, et demandent que le calendrier soit revu en conséquence."
    ),
    (
        "Du côté des riverains, on attend surtout une réponse écrite aux remarques déposées"
        " l'an dernier, restées sans suite malgré deux relances de l'association."
    ),
)
TITLE = "Une enquête publique s'ouvre dans le quartier nord"


def page(
    *, head="", before="", above="", inside="", below="", after="", title=TITLE
) -> bytes:
    """An article with HTML *above*, *inside* and *below* its text, and around it."""
    first, second, third = (f"<p>{one}</p>" for one in PARAGRAPHS)
    return (
        f"<html lang='fr'><head><meta charset='utf-8'><title>{title} - Le Courrier</title>"
        f"<meta property='og:site_name' content='Le Courrier'>{head}</head><body>{before}"
        f"<div class='corps'><h1>{title}</h1>{above}{first}{inside}{second}{third}{below}"
        f"</div>{after}</body></html>"
    ).encode()


TEXT = "\n\n".join(PARAGRAPHS)

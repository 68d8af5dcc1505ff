"""Pages of invented news sites in French and Arabic, and what is true of each.

Each page is a layout of `tests/data/extraction-layouts`, made by hand after a family of real
sites, filled with a story of `tests/data/extraction-fr` or `-ar`, written for the purpose.
The same pages come out each time: nothing is drawn by chance.

The body is what a reader calls the article: standfirst, paragraphs, headings, quotes, lists,
tables, posts quoted, footnotes. Captions, credits, bylines, pull quotes, boxes are not.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

DATA = Path(__file__).parents[1] / "data"
PER_LAYOUT = 2
_SUMMER = timezone(timedelta(hours=1))
_ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_SITES = {
    "fr": ("Le Courrier de l'Oued", "Atlas Quotidien", "La Dépêche des Provinces"),
    "ar": ("جريدة الوادي", "الأطلس اليومي", "بريد الأقاليم"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What of a story a layout shows, and how far its dates go."""

    name: str
    standfirst: bool = True
    published: str = "moment"
    modified: bool = False
    section: bool = True
    canonical: bool = True
    image: bool = True
    form: str = "story"
    # How many blocks stand before the wall.
    most: int = 99
    liar: bool = False


LAYOUTS = (
    Layout(name="wp_magazine", modified=True),
    Layout(name="wp_blocks", standfirst=False, modified=True),
    Layout(name="spip", published="zone-assumed"),
    Layout(name="drupal", modified=True),
    Layout(name="arc", modified=True),
    Layout(name="blogger", section=False),
    Layout(name="nextjs", modified=True),
    Layout(name="old_table", published="zone-assumed", canonical=False),
    Layout(name="amp", standfirst=False),
    Layout(name="live", modified=True, section=False),
    Layout(name="gallery", standfirst=False, published="day", form="brief"),
    Layout(name="paywall", modified=True, most=3),
    Layout(name="interview", form="interview"),
    Layout(name="longread", modified=True),
    Layout(name="tweets", modified=True),
    Layout(
        name="charset_liar",
        published="zone-assumed",
        section=False,
        canonical=False,
        liar=True,
    ),
    Layout(name="div_soup", published="zone-assumed", section=False, canonical=False),
    Layout(name="comments_heavy", standfirst=False, section=False),
    Layout(name="related_inside"),
    Layout(name="infinite", modified=True),
    Layout(name="cookie_wall", section=False),
    Layout(name="ads_between", standfirst=False, section=False),
    Layout(name="microdata", modified=True, canonical=False),
    Layout(name="wire", standfirst=False, modified=True, section=False, form="brief"),
    Layout(name="elementor", standfirst=False, modified=True, section=False),
    Layout(name="portal", standfirst=False, published="zone-assumed", section=False),
    # Written after the extractor, and measured before it was changed for them.
    Layout(name="jnews", modified=True),
    Layout(name="typo3", published="zone-assumed", canonical=False),
    Layout(name="webflow", published="day", section=False),
    Layout(name="zoned", standfirst=False, modified=True),
    Layout(name="ghost", modified=True),
    Layout(name="aspnet", published="zone-assumed", section=False, canonical=False),
    Layout(name="one_block", standfirst=False, section=False),
    Layout(name="boxes", standfirst=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    kind: str
    text: str = ""
    rows: tuple = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page as bytes, and the truth. Empty where the page does not say."""

    name: str
    url: str
    body: bytes
    title: str
    text: str
    author: str
    section: str
    language: str
    canonical: str
    image: str
    published: datetime
    published_as: str
    modified: datetime | None


def pages(language):
    """All pages in *language*."""
    stories, asides = _stories(language), _asides(language)
    words = _words(asides["words"])
    return [
        _page(language, layout, number, stories=stories, asides=asides, words=words)
        for place, layout in enumerate(LAYOUTS)
        for number in range(place * PER_LAYOUT, (place + 1) * PER_LAYOUT)
    ]


def _page(language, layout, number, *, stories, asides, words):
    fitting = [one for one in stories if one["form"] == layout.form]
    story = _spelt(fitting[number * 5 % len(fitting)], number // 3 + number % 2)
    other = _spelt([one for one in stories if one is not story][number % 11], number)
    said = _said(story, layout, language, number)
    site = _SITES[language][number % 3]
    home = f"https://www.site{number % 3}-{language}.test/"
    url = f"{home}{layout.name.replace('_', '-')}/{number}.html"
    blocks = story["blocks"][: layout.most]
    view = SimpleNamespace(
        **said,
        w=words,
        site=site,
        host=f"site{number % 3}",
        home=home,
        canonical=url,
        image=f"{home}media/{number}.jpg",
        chapo=_unmarked(story["chapo"]),
        caption=story["caption"],
        credit=asides["credits"][number % len(asides["credits"])],
        tags=re.split(r"[,،] ?", story["tags"]),
        blocks=blocks,
        texts=[_plain(one) for one in blocks],
        flat=" ".join(_plain(one) for one in blocks),
        pull=_unmarked(blocks[-1].text).split(".")[0],
        tweet=words.tweet,
        note=words.note,
        headlines=_headlines(asides, words, language, number),
        comments=_comments(asides, words, language, number),
        other=SimpleNamespace(
            url=f"{home}other",
            title=other["title"],
            author=other["author"],
            blocks=other["blocks"],
        ),
        language=language,
        charset=("windows-1252" if language == "fr" else "windows-1256"),
    )
    return Page(
        name=f"{layout.name}-{number}",
        url=url + ("?fbclid=x1" if layout.canonical else ""),
        body=_rendered(layout, view),
        title=said["title"],
        text=_true_text(layout, view),
        author=said["author"],
        section=said["section"] if layout.section else "",
        language=language,
        canonical=url if layout.canonical else "",
        image=view.image if layout.image else "",
        published=said["published"],
        published_as=layout.published,
        modified=said["modified"] if layout.modified else None,
    )


def _said(story, layout, language, number):
    """What the page says of the story, and how it writes dates."""
    summer = number % 3 == 0
    published = datetime(
        2026,
        5 + number % 4 if summer else 10,
        1 + number * 7 % 28,
        6 + number % 15,
        (number * 13) % 60,
        tzinfo=_SUMMER if summer else UTC,
    )
    modified = published + timedelta(hours=2, minutes=7)
    direction = "rtl" if language == "ar" else "ltr"
    return {
        "title": story["title"],
        "author": story["author"],
        "section": story["section"],
        "published": published,
        "modified": modified,
        "published_utc": published.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "modified_utc": modified.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "when": lambda style: _when(published, style, language, number),
        "clock": lambda step: (published + timedelta(minutes=9 * step)).strftime(
            "%H:%M"
        ),
        "html": Markup('lang="{}" dir="{}"').format(language, direction),
        "dir": direction,
        "locale": "fr_FR" if language == "fr" else "ar_MA",
    }


def _when(moment, style, language, number):
    words = _words(_asides(language)["words"])
    months = words.months2 if number % 4 == 1 else words.months
    hour = moment.strftime("%H:%M")
    if style == "slash":
        written = moment.strftime("%d/%m/%Y - %H:%M")
    else:
        written = f"{moment.day} {months[moment.month - 1]} {moment.year}"
        if style in {"weekday", "portal"}:
            written = f"{words.days[moment.weekday()]} {written}"
        if style == "portal":
            written += f" - {hour}"
        if style == "long":
            at = hour.replace(":", "h") if language == "fr" else hour
            written += f" {words.at} {at}"
    digits = language == "ar" and number % 3 == 1
    return written.translate(_ARABIC_DIGITS) if digits else written


def _headlines(asides, words, language, number):
    count = len(asides["headlines"])
    return [
        {
            "title": asides["headlines"][(number + place) % count],
            "teaser": asides["teasers"][(number + place) % len(asides["teasers"])],
            "url": f"/r/{(number + place) % count}",
            "image": f"/i/{place}.jpg",
            "date": _when(
                datetime(2026, 11, 1 + (number + place) % 27, 8, 5, tzinfo=UTC),
                "day",
                language,
                0,
            ),
        }
        for place in range(count)
    ]


def _comments(asides, words, language, number):
    found = []
    for place, line in enumerate(asides["comments"]):
        who, text = line.split(" | ")
        day = datetime(2026, 11, 2 + (number + place) % 26, 21, 40, tzinfo=UTC)
        found.append(
            {"who": who, "text": text, "date": _when(day, "long", language, 0)}
        )
    return found


def _true_text(layout, view):
    parts = [view.chapo] if layout.standfirst and view.chapo else []
    for place, block in enumerate(view.blocks, start=1):
        text = _plain(block)
        if layout.name == "interview" and block.kind == "q":
            text = f"{view.site} : {text}"
        parts.append(text)
        if layout.name == "tweets" and place == 2:
            parts.append(f"{view.tweet}\n— {view.site} (@compte) {view.when('day')}")
    if layout.name == "longread":
        parts.append(view.note)
    return "\n\n".join(parts)


def _plain(block):
    if block.kind == "list":
        return "\n".join(block.rows)
    if block.kind == "table":
        return "\n".join(" ".join(row) for row in block.rows)
    return _unmarked(block.text)


def _unmarked(text):
    return re.sub(r"\*\*|\[\[|\]\]", "", text)


def _inline(text):
    """Marked words become elements; the text is our own, and escaped all the same."""
    parts = re.split(r"(\*\*.+?\*\*|\[\[.+?\]\])", text)
    return Markup().join(
        Markup("<strong>{}</strong>").format(part[2:-2])
        if part.startswith("**")
        else Markup('<a href="/dossier">{}</a>').format(part[2:-2])
        if part.startswith("[[")
        else part
        for part in parts
    )


def _rendered(layout, view):
    environment = Environment(
        loader=FileSystemLoader(DATA / "extraction-layouts"), autoescape=True
    )
    environment.filters["inline"] = _inline
    environment.filters["json"] = lambda value: json.dumps(
        value, ensure_ascii=False
    ).replace("</", "<\\/")
    page = environment.get_template(f"{layout.name}.html").render(p=view)
    told = layout.name == "old_table" or layout.liar
    return page.encode(view.charset if told else "utf-8", "xmlcharrefreplace")


def _stories(language):
    path = DATA / f"extraction-{language}" / "stories.txt"
    found = []
    for part in re.split(r"^= ", path.read_text("utf-8"), flags=re.MULTILINE)[1:]:
        head, *blocks = re.split(r"\n\n+", part.strip())
        title, *fields = head.split("\n")
        story = {"title": title, "form": "story", "blocks": blocks}
        story |= {
            name: value.strip()
            for name, _, value in (field.partition(":") for field in fields)
        }
        found.append(story)
    return found


def _spelt(story, number):
    """The story as told the *number*-th time: one of each group of words in braces."""

    def chosen(found):
        words = found[1].split("|")
        return words[number % len(words)]

    def spell(text):
        return re.sub(r"\{([^{}]*\|[^{}]*)\}", chosen, text)

    told = {name: spell(value) for name, value in story.items() if name != "blocks"}
    return told | {"blocks": [_block(spell(one)) for one in story["blocks"]]}


def _block(text):
    lines = text.split("\n")
    marks = {"## ": "h2", "> ": "quote", "Q: ": "q", "A: ": "a"}
    for mark, kind in marks.items():
        if text.startswith(mark):
            return Block(kind=kind, text=text.removeprefix(mark))
    if text.startswith("- "):
        return Block(kind="list", rows=tuple(line[2:] for line in lines))
    if text.startswith("| "):
        rows = tuple(tuple(line.strip("| ").split(" | ")) for line in lines)
        return Block(kind="table", rows=rows)
    return Block(kind="p", text=text)


def _asides(language):
    path = DATA / f"extraction-{language}" / "asides.txt"
    parts = re.split(r"^\[(\w+)\]\n", path.read_text("utf-8"), flags=re.MULTILINE)
    return {
        name: [line for line in lines.split("\n") if line]
        for name, lines in zip(parts[1::2], parts[2::2], strict=True)
    }


def _words(lines):
    found = dict(line.split(" = ", 1) for line in lines)
    listed = {"sections": ", ", "legal": ", ", "months": " ", "months2": " "}
    listed["days"] = " "
    return SimpleNamespace(
        **{
            name: value.split(listed[name]) if name in listed else value
            for name, value in found.items()
        }
    )

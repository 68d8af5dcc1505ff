"""Rendering: a text -> its plain words and its page, with marks where readers differ.

The templates of a kind are `templates/email/KIND.html` and `KIND.txt`; both build on
`letter`. What a release says is cleaned here: it may hold tables and pictures, never
scripts, styles or pictures from elsewhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final
from urllib.parse import unquote

import css_inline
import nh3
from babel.dates import get_timezone_location
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

from core.i18n import Words, words
from core.resources import folder
from core.settings import Settings
from core.values import SCREENS, Language
from core.zones import zone
from distributor.sending.headers import file_name, mailto, one_line
from distributor.sending.plain import plain
from distributor.sending.splice import PAD, Mark, cleared
from distributor.sending.text import Parent, PressContact, Text
from distributor.states import Purpose

_BLOCKS: Final = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "th", "td", "pre"})
_NESTS: Final = frozenset({"ul", "ol", "li", "blockquote", "table", "tr", "div"})
_INLINE: Final = frozenset(
    {"a", "strong", "em", "code", "br", "hr", "img", "thead", "tbody"}
)
_ATTRIBUTES: Final = {
    "*": {"lang", "dir", "align"},
    "a": {"href", "title"},
    "img": {"src", "alt"},
    "ol": {"start"},
    "th": {"style"},
    "td": {"style"},
    "div": {"class"},
}
_SCHEMES: Final = {"http", "https", "mailto", "tel", "cid"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    plain: str
    page: str


def render(text: Text, settings: Settings) -> Rendered:
    fill = _fill(text, settings)
    body = cleared(text.body)
    templates = _templates()
    page = templates.get_template(f"{text.kind}.html").render(
        **fill,
        body=Markup(_page_body(body, text)),  # noqa: S704 - cleaned by nh3
    )
    letter = templates.get_template(f"{text.kind}.txt").render(
        **fill, body=plain(body, _markdown())
    )
    return Rendered(plain=crlf(letter), page=crlf(_inlined(page)))


def pictured(body: str) -> Sequence[str]:
    """The sources of the pictures that *body* shows, in order."""
    tokens = [
        token
        for block in _markdown().parse(body)
        for token in block.children or ()
        if token.type == "image"
    ]
    return list(dict.fromkeys(_source(token) for token in tokens))


def crlf(text: str) -> str:
    """*text* with the line ends of mail."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")


def frame_language(language: Language) -> Language:
    """The language of the words around a release: one that has a catalogue."""
    return language if language in SCREENS else Language.FRENCH


def _fill(text: Text, settings: Settings) -> Mapping[str, Any]:
    frame = words(frame_language(text.language))
    public = bool(settings.web.public_url)
    return {
        "_": frame.gettext,
        "own": _own,
        "ltr": _ltr,
        "frame": _attributes(frame.language),
        "said": _attributes(text.language),
        "language": text.language.value,
        "direction": text.language.direction,
        "side": _side(text.language),
        "organisation": one_line(settings.organisation.called(text.language)),
        "postal_address": one_line(settings.organisation.postal_address),
        "declaration": one_line(settings.legal.declaration),
        "privacy": settings.notice_url(frame.language),
        "number": one_line(text.number),
        "day": frame.date(text.due_at.astimezone(zone(text.zone)).date()),
        "kicker": text.shown_kicker,
        "title": one_line(text.title),
        "embargo": _moment(text.embargo_wall, text, frame),
        "event": _event(text, frame),
        "parent": _parent(text.parent) if text.parent else None,
        "reminds": text.purpose is Purpose.REMINDER,
        "signatory": one_line(text.signatory),
        "contact": _contact(text.press_contact) if text.press_contact else None,
        "files": [file_name(file.name) for file in text.files],
        "left_behind": [file_name(name) for name in text.left_behind],
        "greeting": Mark.GREETING.value,
        "greeting_page": Mark.GREETING_PAGE.value,
        "unsubscribe": Mark.UNSUBSCRIBE.value,
        "preferences": Mark.PREFERENCES.value if public else "",
        "answer": Mark.ANSWER.value if public else "",
        "pad": PAD,
    }


def _parent(parent: Parent) -> Mapping[str, str]:
    return {"number": one_line(parent.number), "title": one_line(parent.title)}


def _contact(contact: PressContact) -> Mapping[str, str]:
    phone = one_line(contact.phone)
    return {
        "name": one_line(contact.name),
        "phone": phone,
        "tel": "tel:" + "".join(sign for sign in phone if sign in "+0123456789"),
        "email": one_line(contact.email),
        "mailto": mailto(contact.email),
    }


def _event(text: Text, frame: Words) -> Mapping[str, str] | None:
    if text.event_wall is None:
        return None
    return {
        "day": frame.date(text.event_wall.date()),
        "hour": f"{text.event_wall:%H:%M}" if _has_hour(text.event_wall) else "",
        "place": one_line(text.place),
    }


def _has_hour(wall: datetime) -> bool:
    # An event at midnight is one whose hour nobody gave.
    return bool(wall.hour or wall.minute)


def _moment(
    wall: datetime | None, text: Text, frame: Words
) -> Mapping[str, str] | None:
    """A wall time in full: day, hour, and whose hour it is."""
    if wall is None:
        return None
    there = wall.replace(tzinfo=zone(text.release_zone or text.zone))
    offset = f"{there:%z}"
    return {
        "day": frame.date(wall.date()),
        "hour": f"{wall:%H:%M}",
        "zone": get_timezone_location(there, locale=frame.locale, return_city=True),
        "offset": f"UTC{offset[:3]}:{offset[3:]}",
    }


def _own(text: str) -> Markup:
    """*text* in a direction of its own: a Latin name does not turn an Arabic line."""
    return Markup("<bdi>{}</bdi>").format(text)


def _ltr(text: str) -> Markup:
    """Numbers, hours and addresses, which run from left to right everywhere."""
    return Markup('<bdi dir="ltr">{}</bdi>').format(text)


def _attributes(language: Language) -> Markup:
    return Markup(f'lang="{language.value}" dir="{language.direction}"')  # noqa: S704 - our own words


def _side(language: Language) -> str:
    return "right" if language.direction == "rtl" else "left"


def _page_body(body: str, text: Text) -> str:
    markdown = _markdown()
    shown = {picture.file.name: picture for picture in text.pictures}
    env: dict[str, Any] = {"pictures": shown}
    tokens = markdown.parse(body, env)
    for token in tokens:
        _tell_direction(token, text.language)
    return nh3.clean(
        markdown.renderer.render(tokens, markdown.options, env),
        tags=set(_BLOCKS | _NESTS | _INLINE),
        attributes=_ATTRIBUTES,
        filter_style_properties={"text-align"},
        url_schemes=_SCHEMES,
        url_relative="deny",
    )


def _tell_direction(token: Token, language: Language) -> None:
    """On each block: mail programs forget what a block around it said."""
    # Not by nh3, which sets attributes in another order each time: a retry would not be
    # the same message.
    if token.tag in _BLOCKS | _NESTS and token.nesting >= 0:
        token.attrSet("lang", language.value)
        token.attrSet("dir", language.direction)
    if token.tag in _BLOCKS and token.nesting >= 0:
        token.attrSet("align", _side(language))


def _wide_table(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    place: int,
    options: OptionsDict,
    env: EnvType,
) -> str:
    """A wide table scrolls inside the letter, not the letter with it."""
    table = renderer.renderToken(tokens, place, options, env)
    return f'<div class="wide"{renderer.renderAttrs(tokens[place])}>{table}'


def _picture(
    _: RendererHTML,
    tokens: Sequence[Token],
    place: int,
    __: OptionsDict,
    env: EnvType,
) -> str:
    """A picture that travels with the mail; of any other only the words stay."""
    token = tokens[place]
    said = token.content.strip()
    found = env.get("pictures", {}).get(_source(token))
    if found is None:
        return str(Markup("[{}]").format(said)) if said else ""
    return str(
        Markup('<img src="cid:{}" alt="{}">').format(
            found.file.content_id, said or found.alternative
        )
    )


def _source(token: Token) -> str:
    return unquote(str(token.attrGet("src") or ""))


def _inlined(page: str) -> str:
    inliner = css_inline.CSSInliner(load_remote_stylesheets=False)
    return inliner.inline(page)


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(folder("templates") / "email"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _markdown() -> MarkdownIt:
    # Raw HTML in a release is shown as text; nh3 would strip it without a word. Line ends
    # stay: postal addresses and tables of contents live by them.
    markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table")
    markdown.add_render_rule("image", _picture)
    markdown.add_render_rule("table_open", _wide_table)
    markdown.add_render_rule("table_close", lambda *_: "</table></div>")
    return markdown

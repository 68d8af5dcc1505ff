"""Makers of offices that know some contacts, and of the files and forms of their screens."""

import re

from bs4 import BeautifulSoup
from screen_makers import fill

from distributor.models import Contact, MailingList, Membership

FAULTY = """Courriel;Nom;Langues;Média;Rubriques;Téléphone;Provenance
n0@press.test;Nadia Zéro;fr;Le Matin;urbanisme;;annuaire
hind@press.test;هند العلوي;ar,fr;Hespress;logement;0600000000;salon
hind@press.test;هند العلوي;ar,fr;Hespress;logement;0600000000;salon
hind@press.test;Autre Nom;ar;Hespress;;;salon
omar@@press;Omar;fr;Atlas;;;salon
sara@press.test;Sara;xx;Atlas;;;salon
=cmd@press.test;=1+1;fr;Atlas;;2,126E+11;salon
out@press.test;Rachid;fr;Atlas;;;salon
karim@press.test;Karim;fr;Atlas;;;
"""


def filled(office):
    """An account for each role, and three contacts on the list nationale."""
    fill(office)
    return office


def a_contact(session, address, name="", *, now, **facts):
    made = Contact(
        address=address,
        address_key=address,
        name=name,
        **{
            "languages": ["fr"],
            "beats": [],
            "provenance": "annuaire",
            "created_at": now,
            "updated_at": now,
        }
        | facts,
    )
    session.add(made)
    session.flush()
    return made


def a_list(session, name, *contacts, rule=None):
    made = MailingList(name=name, rule=rule) if rule else MailingList(name=name)
    session.add(made)
    session.flush()
    session.add_all(
        Membership(mailing_list_id=made.id, contact_id=one.id) for one in contacts
    )
    session.flush()
    return made


def typed_form(page, action):
    """What a browser sends of the form of *page* with that action, as it stands."""
    soup = re.search(
        rf'<form[^>]*action="{re.escape(action)}"[^>]*>(.*?)</form>',
        page.text,
        re.DOTALL,
    )
    form = BeautifulSoup(soup[0], "lxml")
    sent = {}

    def put(name, value):
        if name:
            sent.setdefault(name, []).append(value)

    for one in form.find_all(["input", "select", "textarea"]):
        kind = one.get("type")
        if one.name == "select":
            chosen = one.find("option", selected=True) or one.find("option")
            put(one.get("name"), chosen.get("value", chosen.text))
        elif one.name == "textarea":
            put(one.get("name"), one.text)
        elif kind in {"checkbox", "radio"}:
            if one.has_attr("checked"):
                put(one.get("name"), one.get("value"))
        elif kind != "file":
            put(one.get("name"), one.get("value", ""))
    return sent

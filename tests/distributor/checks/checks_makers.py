"""Makers for checks: a release without a fault, and each fault that can be put into it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from core.values import ReleaseKind
from core.zones import ZoneRules
from distributor.checks.base import (
    AttachedFile,
    Case,
    Hour,
    Reach,
    SenderDomain,
    VersionText,
)

ZONE = "Africa/Casablanca"
# A Tuesday; Morocco is at UTC+0 since September.
MORNING = datetime(2026, 11, 24, 10)
FRENCH = VersionText(
    language="fr",
    title="Rencontre des agences urbaines",
    body="""COMMUNIQUÉ DE PRESSE

Rabat, mardi 24 novembre 2026

Le Ministère réunit les 30 agences urbaines le mercredi 2 décembre 2026 à 10h30, à Rabat. Les projets portent sur 1 248 logements et 12,5 % du budget, soit 3,5 millions de dirhams.

Contact presse : Mme Amina Alaoui, amina.alaoui@ministere.example, tél. 05 37 57 73 72""",
)
ARABIC = VersionText(
    language="ar",
    title="لقاء الوكالات الحضرية",
    body="""بلاغ صحفي

الرباط، الثلاثاء 24 نونبر 2026

تعقد الوزارة لقاء مع 30 وكالة حضرية يوم الأربعاء 2 دجنبر 2026 على الساعة العاشرة والنصف صباحا بالرباط. وتهم المشاريع ١٢٤٨ سكنا و12,5 في المائة من الميزانية، أي 3,5 ملايين درهم.

للتواصل: السيدة أمينة العلوي، amina.alaoui@ministere.example، الهاتف: 72 73 57 37 05""",
)
ENGLISH = VersionText(
    language="en",
    title="Meeting of the urban agencies",
    body="""PRESS RELEASE

Rabat, Tuesday 24 November 2026

The Ministry brings the 30 urban agencies together on Wednesday, December 2, 2026 at 10:30 a.m., in Rabat. The projects cover 1,248 homes and 12.5% of the budget, or 3.5 million dirhams.

Press contact: Ms Amina Alaoui, amina.alaoui@ministere.example, tel. 05 37 57 73 72""",
)
GOOD = Case(
    kind=ReleaseKind.COMMUNIQUE,
    number="112/2026",
    zone=ZONE,
    now=datetime(2026, 11, 24, 9, tzinfo=UTC),
    zone_rules=ZoneRules(version="2026c", origin="test"),
    organisation="Ministère",
    signatory="Le Ministre",
    place="Rabat",
    press_contact="Mme Amina Alaoui",
    press_phone="05 37 57 73 72",
    press_email="amina.alaoui@ministere.example",
    event_wall=datetime(2026, 12, 2, 10, 30),
    event_at=datetime(2026, 12, 2, 10, 30, tzinfo=UTC),
    versions=(FRENCH, ARABIC, ENGLISH),
    attachments=(
        AttachedFile(
            name="signe.pdf",
            role="signed",
            language="",
            media_type="application/pdf",
            size=200_000,
        ),
    ),
    channel="smtp",
    hour=Hour(wall=MORNING, zone=ZONE, due_at=MORNING.replace(tzinfo=UTC)),
    reach=Reach(
        recipients={"fr": 98, "ar": 40, "en": 5},
        left_out={"suppressed": 3},
        usual=140,
        mailed_at=datetime(2026, 11, 23, 10, tzinfo=UTC),
        left_that_day=1_000,
    ),
    sizes={"fr": 12_000, "ar": 12_000, "en": 12_000},
    domain=SenderDomain(
        name="ministere.example",
        spf=("v=spf1 mx -all", "other=1"),
        dmarc=("v=DMARC1; p=quarantine",),
        selector="presse",
        dkim=("v=DKIM1; k=rsa; p=MIIB",),
    ),
)


def saying(language, *, title=None, body=None, old=None, new=None, case=GOOD):
    """*case* with one version changed: another title or body, or *new* instead of *old*."""
    changed = []
    for one in case.versions:
        if one.language == language:
            if old is not None:
                assert old in one.title + one.body
                one = VersionText(  # noqa: PLW2901
                    language=language,
                    title=one.title.replace(old, new),
                    body=one.body.replace(old, new),
                )
            one = replace(  # noqa: PLW2901
                one,
                title=one.title if title is None else title,
                body=one.body if body is None else body,
            )
        changed.append(one)
    return replace(case, versions=tuple(changed))


def adding(text, *, language="fr", case=GOOD):
    """*case* with one more paragraph in a language."""
    old = next(one.body for one in case.versions if one.language == language)
    return saying(language, body=f"{old}\n\n{text}", case=case)


def at(wall, *, zone=ZONE, case=GOOD, **changes):
    """*case* leaving at a wall time of a zone that is at UTC."""
    hour = Hour(wall=wall, zone=zone, due_at=wall.replace(tzinfo=UTC))
    return replace(case, hour=hour, **changes)


def _reach(**changes):
    return replace(GOOD, reach=replace(GOOD.reach, **changes))


def _domain(**changes):
    return replace(GOOD, domain=replace(GOOD.domain, **changes))


def _picture(**changes):
    picture = AttachedFile(
        name="salle.jpg",
        role="picture",
        language="",
        media_type="image/jpeg",
        size=1000,
        **changes,
    )
    return replace(GOOD, attachments=(*GOOD.attachments, picture))


SUMMER = datetime(2026, 7, 30, 10)

# Each check with a release that has its fault, and no other red one.
SEEDED = {
    "weekday": saying("fr", old="mercredi 2 décembre", new="jeudi 2 décembre"),
    "impossible-date": adding("Réponse avant le 31 novembre 2026."),
    "versions-date": saying(
        "en", old="Wednesday, December 2", new="Thursday, December 3"
    ),
    "versions-hour": saying("fr", old="10h30", new="11h30"),
    "versions-number": saying("ar", old="30 وكالة", new="29 وكالة"),
    "versions-place": saying("fr", old="Rabat", new="Agadir"),
    "versions-omit": saying("en", old="12.5% of", new="a part of"),
    "placeholder": saying("ar", old="السيدة أمينة العلوي", new="[الاسم]"),
    "empty-title": saying("ar", title=" "),
    "empty-body": replace(
        GOOD, versions=(*GOOD.versions[:2], replace(ENGLISH, body="\n---\n"))
    ),
    "long-title": saying("fr", title="Une rencontre des agences " * 4),
    "event-past": replace(
        GOOD,
        kind=ReleaseKind.INVITATION,
        event_wall=datetime(2026, 11, 24, 10),
        event_at=datetime(2026, 11, 24, 10, tzinfo=UTC),
    ),
    "event-over": replace(
        GOOD,
        event_wall=datetime(2026, 11, 23, 10),
        event_at=datetime(2026, 11, 23, 10, tzinfo=UTC),
    ),
    "no-event-hour": saying(
        "fr",
        old=" à 10h30",
        new="",
        case=saying(
            "ar",
            old=" على الساعة العاشرة والنصف صباحا",
            new="",
            case=saying(
                "en",
                old=" at 10:30 a.m.",
                new="",
                case=replace(
                    GOOD,
                    event_wall=datetime(2026, 12, 2),
                    event_at=datetime(2026, 12, 2, tzinfo=UTC),
                ),
            ),
        ),
    ),
    "embargo-not-set": adding("SOUS EMBARGO jusqu'au 24 novembre 2026 à 18h"),
    "embargo-later": replace(
        GOOD,
        embargo_wall=MORNING + timedelta(hours=1),
        embargo_at=(MORNING + timedelta(hours=1)).replace(tzinfo=UTC),
    ),
    "embargo-not-said": replace(
        GOOD, embargo_wall=MORNING, embargo_at=MORNING.replace(tzinfo=UTC)
    ),
    "no-number": replace(GOOD, number=""),
    "no-signatory": replace(GOOD, signatory=""),
    "no-press-contact": replace(
        saying(
            "fr",
            old="Contact presse : Mme Amina Alaoui, ",
            new="",
            case=saying(
                "ar",
                old="للتواصل: السيدة أمينة العلوي، ",
                new="",
                case=saying("en", old="Press contact: Ms Amina Alaoui, ", new=""),
            ),
        ),
        press_contact="",
    ),
    "no-press-email": replace(
        GOOD,
        versions=tuple(
            replace(one, body=one.body.replace("amina.alaoui@ministere.example", ""))
            for one in GOOD.versions
        ),
        press_email="",
    ),
    "no-signed-file": replace(GOOD, attachments=()),
    "no-event": replace(
        GOOD, kind=ReleaseKind.INVITATION, event_wall=None, event_at=None
    ),
    "no-place": replace(
        GOOD,
        kind=ReleaseKind.INVITATION,
        place="",
        versions=(
            replace(FRENCH, body=FRENCH.body.replace("Rabat", "Hay Ryad")),
            replace(
                ARABIC,
                body=ARABIC.body.replace("الرباط", "حي الرياض").replace("بالرباط", ""),
            ),
            replace(ENGLISH, body=ENGLISH.body.replace("Rabat", "Hay Ryad")),
        ),
    ),
    "no-parent": replace(GOOD, kind=ReleaseKind.CANCELLATION),
    "broken-link": adding("Voir [le programme](programme.pdf)."),
    "private-link": adding("Voir <http://10.1.2.3/programme>."),
    "suspect-link": adding("Écrire à [la presse](mailto:presse)."),
    "picture-without-words": _picture(),
    "heavy-message": replace(GOOD, sizes={"fr": 100_001}),
    "heavy-attachments": replace(
        GOOD, attachments=(replace(GOOD.attachments[0], size=5_000_001),)
    ),
    "night": at(datetime(2026, 11, 24, 18, 1)),
    "weekend": at(datetime(2026, 11, 28, 10)),
    "friday-prayer": at(datetime(2026, 11, 27, 12)),
    "holiday": at(SUMMER),
    "ramadan": at(datetime(2026, 2, 24, 8, 30)),
    "no-audience": _reach(recipients={}),
    "language-without-audience": _reach(recipients={"fr": 98, "ar": 40}),
    "large-audience": _reach(usual=100),
    "list-mailed-recently": _reach(mailed_at=datetime(2026, 11, 24, 6, 1, tzinfo=UTC)),
    "over-quota": _reach(left_that_day=100),
    "untested": replace(GOOD, is_tested=False),
    "spf": _domain(spf=("v=spf1 mx -all", "v=spf1 a -all")),
    "dkim": _domain(dkim=()),
    "dmarc": _domain(dmarc=("v=DMARC1; rua=mailto:a@b.example",)),
    "domain-not-looked-up": _domain(spf=None),
    "zone-data-old": replace(GOOD, zone_rules=ZoneRules(version="2025b", origin="old")),
}

"""What sites call what is not the article: names of elements, and words people read.

Names are classes and ids cut at hyphens, underscores and capitals, in small letters. Words
are French, Arabic and English, as news sites write them.
"""

import re
from typing import Final


def _names(listed: str) -> re.Pattern[str]:
    alternatives = "|".join(" ".join(one.split()) for one in listed.split(";"))
    return re.compile(rf"(?<!\S)(?:{alternatives})(?!\S)")


# What readers wrote; it may be longer than the article.
COMMENTS: Final = _names(
    """comments?; commentaires?; commentlist; reactions?; reaction; disqus; fbcomments;
    forum; respond; replies; livefyre; spotim; coral"""
)
CONSENT: Final = _names(
    """cookies?; cookiebar; cookiebanner; consent; cmp; gdpr; rgpd; didomi; onetrust;
    axeptio; tarteaucitron; sp message"""
)
SALE: Final = _names(
    """paywall; pay wall; paywalled message; piano; abonnement; subscribe; subscription;
    subscriptions; newsletter; newsletters; signup; sign up; regwall"""
)
SHARING: Final = _names(
    """share; shares; sharing; sharebar; socials?; sharedaddy; partage; partager;
    addtoany; addthis; sharethis; follow us; suivez nous"""
)
FURTHER: Final = _names(
    r"""related; relateds; relatedposts; relatedcontent; recommended; recommend;
    recommendations?; outbrain; taboola; read also; also read; also; lire aussi;
    voir aussi; a lire; readmore; read more; next prev; prev next; previous next; pager;
    pagenav; pagination; interstitial; interstitial link; trending; popular; popularposts;
    most read; most popular; mostread; similar; suggestions?; suggested; post navigation;
    post nav; upnext; up next; more stories; more from; more on; teasers?; promo; promos;
    bloc liens; same topic; meme sujet; infinite scroll; latestnews; latest news;
    liveblog promo; carousel"""
)
ADVERTS: Final = _names(
    r"""ads?; advert; adverts; advertising; advertisement; adspot; adslot; adsbygoogle;
    ad \S+; publicite; pub; sponsored; sponsor; dfp; gpt; td a rec; banner; banners"""
)
CAPTIONS: Final = _names(
    """caption; captions; figcaption; wp caption text; legende; legend; credit; credits;
    photo credit; copyright; doc titre; doc credits; spip documents; cutline;
    image description; video title; video caption; media description"""
)
AUTHORS: Final = _names(
    """author box; authorbox; author bio; author description; author info; author card;
    author profile; about author; about the author; post author bio; bio; bio express;
    contributor bio"""
)
SURROUNDINGS: Final = _names(
    r"""nav; navbar; navigation; menu; menus; submenu; breadcrumbs?; hierarchie; fil ariane;
    sidebar; sidebars; toc; table of contents; footer; site footer; tags?; tag list;
    taglist; keywords; mots cles; ticker; newsticker; breaking news; skip link;
    screen reader text; sr only; visually hidden; print only; noprint"""
)
# Lines about the article, inside it.
ABOUT: Final = _names(
    r"""byline; bylines; dateline date; entry meta; post meta; article meta; meta;
    metadata; timestamp; posted on; post date; published date; pubdate; date post;
    views; hits; reading time; read time; entry date; post info; post infos;
    article info; signature; story meta; toolbar; tools; tool; buttons?; font size;
    post tools; live post time; live post tools; vote; votes"""
)
PULL_QUOTES: Final = _names(
    "pullquote; pull quote; quote pull; exergue; citation exergue"
)

# A heading over what is not the article.
HEADING: Final = re.compile(
    r"""(?:[àa]\s+(?:lire|voir|découvrir)(?:\s+(?:aussi|également|encore))?|lire\s+aussi
    |voir\s+aussi|lire\s+également|lire\s+la\s+suite|pour\s+aller\s+plus\s+loin
    |(?:sur|dans)\s+l[ea]\s+même\s+(?:sujet|thème|rubrique|thématique|catégorie)
    |articles?\s+(?:similaires?|liés?|connexes|récents|associés)|nos\s+derniers\s+articles
    |(?:les?\s+)?plus\s+(?:lus?|populaires?|récents|commentés)|dernières?\s+(?:nouvelles|actualités|infos?|news)
    |vous\s+aimerez\s+(?:peut-être|aussi).*|cela\s+(?:peut|pourrait)\s+vous\s+intéresser
    |(?:contenus?|articles?)\s+sponsorisés?|recommandés?(?:\s+pour\s+vous)?|tags?|mots-clés
    |(?:\d+\s+)?commentaires?(?:\s*\(\d+\))?|laisser\s+un\s+commentaire
    |(?:à\s+vous\s+la\s+parole|donnez\s+votre\s+avis|réagissez|أضف\s+تعليقك?|شاركنا\s+رأيك|اترك\s+تعليقا?)|partager(?:\s+cet\s+article)?
    |(?:مواضيع|مقالات|أخبار|موضوعات)\s+(?:ذات\s+صلة|مرتبطة|متعلقة|مشابهة)|ذات\s+صلة
    |(?:اقرأ|إقرأ|اقرؤوا|اقرئي|طالع|شاهد|تابع)\s+(?:أيضا|أيضًا|أيضاً|ايضا|المزيد|كذلك)
    |(?:الأكثر|الاكثر)\s+(?:قراءة|مشاهدة|تعليقا)|(?:آخر|اخر)\s+(?:الأخبار|المستجدات|المقالات)
    |قد\s+(?:يعجبك|يهمك|تعجبك)(?:\s+أيضا)?|(?:في\s+)?(?:الموضوع|القسم)\s+(?:نفسه|ذاته)|في\s+نفس\s+(?:الموضوع|القسم)
    |كلمات\s+(?:مفتاحية|دلالية)|(?:\d+\s+)?(?:تعليقات|التعليقات|تعليق)(?:\s*\(\d+\))?|محتوى\s+ممول|شارك(?:\s+المقال)?
    |related(?:\s+(?:articles?|stories|posts|news|content|topics|links))?|read\s+(?:also|more|next)
    |see\s+also|more\s+(?:stories|news)|most\s+(?:read|popular|viewed)|latest\s+(?:news|stories)
    |you\s+(?:may|might)\s+also\s+(?:like|be\s+interested\s+in)|recommended(?:\s+(?:for\s+you|stories))?|trending(?:\s+now)?
    |sponsored(?:\s+content)?|share\s+this(?:\s+(?:article|story|post))?|(?:\d+\s+)?comments?)\s*[:：.…]*""",
    re.VERBOSE | re.IGNORECASE,
)
# A line that sends readers elsewhere; what follows is another article's title.
ELSEWHERE: Final = re.compile(
    r"""[\[(«▶►>•\-–\s]*(?:lire\s+(?:aussi|également)|(?:à|a)\s+lire(?:\s+(?:aussi|également))?|voir\s+(?:aussi|également)
    |sur\s+le\s+même\s+(?:sujet|thème)|notre\s+(?:dossier|sélection)|vidéo
    |(?:اقرأ|إقرأ|اقرؤوا|طالع|شاهد|تابع)\s+(?:أيضا|أيضًا|أيضاً|ايضا|المزيد|كذلك)|فيديو
    |read\s+(?:also|more)|also\s+read|see\s+also|related(?:\s+(?:article|story|coverage))?|more\s+on\s+this|watch)
    \s*[:：|»]""",
    re.VERBOSE | re.IGNORECASE,
)
_PLACES: Final = (
    r"google\s?(?:news|actualités)|whats\s?app|telegram|facebook|twitter|instagram|youtube"
    r"|tiktok|linkedin|newsletter|واتساب|واتس\s?اب|تلغرام|تليغرام|تيليغرام|فيسبوك|يوتيوب"
    r"|إنستغرام|نشرتنا"
)
# Whole lines that are the site's, not the article's.
# What stands under a picture and names it, where the page does not mark it.
CAPTION: Final = re.compile(
    r"""(?:photos?|crédits?(?:\s+photos?)?|©|légende|image)\s*[:：].{1,140}
    |(?:الصورة|صورة|تصوير|عدسة)\s*[:：].{1,140}
    |(?:photos?|images?)\s+(?:d.archives?|d.illustration)
    |صورة\s+(?:من\s+)?(?:ال)?[أا]رشيف(?:ية)?
    |صورة\s+تعبيرية""",
    re.VERBOSE | re.IGNORECASE,
)
SITE_LINE: Final = re.compile(
    rf"""(?:publicité|annonce|sponsorisé|advertisement|advert|إعلان|إشهار|اعلان)\s*[:.]*
    |(?:la\s+suite|suite\s+de\s+l.article)\s+(?:après|sous)\s+(?:la|cette)\s+(?:publicité|vidéo)
    |article\s+continues?\s+(?:after|below).*|story\s+continues\s+below.*|advertisement\s*[-–].*
    |(?:تتمة|بقية)\s+(?:المقال|الخبر)\s+بعد\s+(?:الإعلان|الإشهار)
    |(?:suivez|rejoignez|retrouvez|abonnez|follow|join|like|find\s+us|تابعوا?|تابعونا|انضموا?|اشتركوا?)\b.{{0,80}}(?:{_PLACES}).{{0,60}}
    |(?:recevez|sign\s+up|subscribe|inscrivez-vous|توصل(?:وا)?|اشترك(?:وا)?)\b.{{0,120}}(?:boîte|mail|inbox|newsletter|désinscription|بريدك|البريد|نشرة).{{0,80}}
    |©.{{0,160}}|.{{0,40}}(?:tous\s+droits\s+réservés|all\s+rights\s+reserved|جميع\s+الحقوق\s+محفوظة).{{0,120}}
    |(?:partager|share|شارك|imprimer|اطبع|print|envoyer(?:\s+à\s+un\s+ami)?|actualiser)(?:\s+(?:sur|on|على).{{0,40}}|\s+(?:cet|this).{{0,30}})?\s*:?
    |(?:les\s+)?commentaires?\b.{{0,120}}(?:modérés|supprimés|n.engagent|responsabilité).{{0,140}}
    |(?:التعليقات|الآراء)\s+(?:المنشورة|الواردة).{{0,240}}
    |(?:voir|view)\s+(?:cette|this)\s+(?:publication|post).{{0,40}}instagram.*|شاهد\s+هذا\s+المنشور.{{0,40}}
    |(?:(?:crédits?\s+)?(?:photos?|ph)\b\.?\s*[:.]|photo\s+by|image\s+(?:credit|source|caption|copyright)|صورة\s*:|تصوير\s*:).{{0,80}}
    |(?:article\s+)?réservé\s+aux\s+abonnés|مقال\s+خاص\s+بالمشتركين
    |(?:temps\s+de\s+lecture|reading\s+time).{{0,30}}|\d+\s*(?:min(?:utes?)?|دقائق|دقيقة)\s*(?:de\s+lecture|read|قراءة)?
    |(?:vues?|views?|المشاهدات|مشاهدة)\s*:?\s*[\d\s.,]+|[\d\s.,]+\s*(?:vues?|views?|مشاهدة)
    |(?:mis\s+à\s+jour|modifié|updated|last\s+updated|آخر\s+تحديث)\b.{{0,60}}""",
    re.VERBOSE | re.IGNORECASE,
)
_STANDFIRST: Final = _names(
    """chapo; chapeau; chapo article; standfirst; lead; lede; lead text; intro;
    introduction; subheadline; sub headline; subtitle; sub title; sous titre; dek; deck;
    desc; excerpt; accroche; summary; article desc; article summary; post excerpt; resume;
    brief; news brief; abstract; amorce; surtexte"""
)


def standfirst(name: str) -> bool:
    """Whether an element is named as the beginning of an article, set apart."""
    return bool(_STANDFIRST.search(name))

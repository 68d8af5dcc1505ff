"""Words that say the same in French, English and Arabic, and words that say nothing.

A general glossary of public life, one meaning a line, so that a rewrite or a translation
meets its release: it holds no name and belongs to no office. `term` gives a word's meaning,
or its stem when the glossary does not know it.
"""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Final

from core.text.calendar_words import is_time_word
from core.text.clitics import readings, stem
from core.text.figures import is_number_word
from core.text.misreadings import blurred, is_misread
from core.text.normalise import fold
from core.text.places import place_of

_STEM: Final = 6  # letters; truncation does as well as a stemmer for comparing news
_ENDINGS: Final = (("s", ""), ("x", ""), ("ing", ""), ("ed", ""), ("ee", "e"))
_SHORTEST: Final = 4  # letters that stay

# Kinds of event and announcement come first: `is_kind` asks for them.
_KINDS: Final = """
rencontre réunion réunir réunis réunie réunit rendez session séance conclave assises rassemblement retrouvailles conférence congrès colloque séminaire forum sommet symposium journée atelier convoqué convoqués reçus invite conviés meeting gathering gather met meet session summoned called conference congress seminar summit workshop لقاء اجتماع ملتقى جلسة موعد يجتمع يلتقي تجمع مؤتمر ندوة منتدى قمة مناظرة ورشة ورشات دراسي
portes ouvertes ouvre ouverte open doors أبواب مفتوحة مفتوح تفتح inaugurer inauguration inauguré inaugure inaugurate inaugurated inauguration تدشين دشن افتتاح يدشن افتتح ouverture rouvrir entrée service opening commissioning افتتاح تشغيل الشروع opens opening
programme dispositif plan projet stratégie feuille initiative scheme programme program plan project strategy برنامج مشروع خطة مخطط استراتيجية مبادرة
lancer lance lancement lancé envoi démarrage dévoile présenté launch launches launched kick unveil إطلاق أطلق انطلاقة انطلاق تطلق أعطت يطلق الكشف
contrat convention accord pacte partenariat protocole contract deal agreement pact partnership memorandum عقد عقود اتفاقية اتفاقيات اتفاق اتفاقات شراكة تعاقد مذكرة بروتوكول
signer signe signature signé signeront paraphé sign signed signing توقيع وقع توقع يوقع وقعت وقعوا ستوقع
campagne mobilisation sensibilisation campaign drive awareness حملة تعبئة تحسيس تحسيسية توعية
exposition salon foire festival exhibition fair show festival معرض صالون مهرجان معارض
concours prix trophée distinction contest competition prize award مسابقة جائزة جوائز تتويج مباراة
appel candidatures offres call applications tender دعوة ترشيحات عروض طلب
nommer nomination nommé désigné appointed appointment named تعيين عين تعين
match tournoi championnat coupe finale game tournament championship cup final مقابلة بطولة كأس نهائي دوري
"""

# What many releases say: it may tell twins apart, but is never the subject.
_COMMON: Final = """
royaume pays kingdom country nation مملكة بلاد بلد وطن
édition version edition دورة نسخة
national nationale nationwide وطني وطنية
premier première first أول أولى
deuxième second seconde second ثان ثانية
troisième third ثالث ثالثة
quatrième fourth رابع رابعة
cinquième fifth خامس خامسة
sixième sixth سادس سادسة
septième seventh سابع سابعة
huitième eighth ثامن ثامنة
neuvième ninth تاسع تاسعة
dixième tenth عاشر عاشرة
annuel annuelle annual yearly سنوي سنوية
quotidien quotidienne daily يومي يومية
mensuel mensuelle monthly شهري شهرية
général générale general عام عامة
million millions مليون ملايين
kilomètre kilometre كيلومتر كيلومترا
prochain next مقبل قادم
"""

_MEANINGS: Final = """
vaccin vaccination vacciner vaccine vaccination jab لقاح تلقيح تطعيم لقاحات
réforme loi projet décret règlement reform law bill decree regulation إصلاح قانون مرسوم قرار نظام
visite déplacement tournée visit tour trip زيارة جولة تنقل
étude enquête rapport bilan study survey report review دراسة بحث تقرير حصيلة
formation stage apprentissage training course internship تكوين تدريب تداريب
grève manifestation sit protestation strike protest demonstration إضراب احتجاج وقفة مظاهرة
recensement census إحصاء
subvention aide soutien prime bourse grant subsidy aid support bonus scholarship دعم منحة إعانة مساعدة
travaux chantier construction works construction site أشغال ورش بناء
logement habitat habitation appartement toit housing flat flats apartment home homes dwelling سكن مسكن مساكن شقة شقق إسكان سكنى سكني سكنية
urbain urbaine urbanisme ville cité city cities town urban حضري حضرية مدينة مدن تعمير عمراني
agence établissement office organisme agency agencies office body وكالة وكالات مؤسسة مؤسسات مكتب هيئة
ministère département tutelle ministry department وزارة وصية
ministre minister وزير
gouvernement exécutif état government cabinet state حكومة دولة حكومي
directeur directrice dirigeant patron responsable director head chief manager مدير مديرة مسؤول مسؤولة رئيس مسؤولو مسؤولي مديرو مديري
région régional regional region regions جهة جهات جهوي جهوية
commune municipalité mairie municipal municipality mayor council جماعة جماعات بلدية
élu élus conseiller député elected councillor منتخب منتخبين منتخبي نائب مستشار
province préfecture wilaya wali gouverneur governor province إقليم عمالة ولاية والي عامل
capitale capital عاصمة
budget enveloppe crédits financement fonds budget funding fund funds money ميزانية غلاف تمويل اعتمادات صندوق مالية
dirham dirhams درهم دراهم
prix tarif coût price cost prices ثمن سعر أسعار تكلفة كلفة
revenu salaire income wage salary دخل أجر راتب
ménage famille foyer household family families أسرة أسر عائلة عائلات
classe moyenne intermédiaire middle mid متوسط متوسطة وسطى طبقة
banque bank banks بنك أبناك بنوك بنكية مصرف
impôt taxe exonération fiscal tax taxes exemption exempt ضريبة رسوم إعفاء رسم ضرائب واجبات
terrain foncier parcelle land plot عقار أرض أراض أراضي عقاري بقعة
promoteur developer developers منعش منعشين منعشون
permis autorisation licence dossier permit licence license رخصة رخص ترخيص ملف ملفات
numérique dématérialisation électronique ligne digital electronic online paperless رقمي رقمنة إلكتروني إلكترونية لامادي
objectif résultat performance indicateur target result results performance goal هدف أهداف نتيجة نتائج نجاعة أداء مؤشر مؤشرات مردودية
investissement investisseur investment investor investors استثمار مستثمر مستثمرين مستثمرون
architecte architect architects مهندس مهندسون معماري معمارية
citoyen habitant public visiteur citizen resident inhabitants visitors مواطن مواطنين ساكنة سكان عموم زائر زوار
étudiant élève lycéen student pupil طالب طلبة تلميذ تلاميذ
école collège lycée établissement school schools مدرسة مدارس ثانوية إعدادية
université faculté university faculty جامعة كلية
enseignement éducation education teaching تعليم تربية
enseignant professeur instituteur teacher teachers أستاذ أساتذة معلم
santé sanitaire health صحة صحي صحية
hôpital clinique chu hospital clinic مستشفى مصحة مستشفيات
médecin infirmier doctor nurse طبيب أطباء ممرض طبيبة
malade patient patient patients مريض مرضى
maladie épidémie virus grippe disease epidemic flu مرض وباء فيروس إنفلونزا أمراض
enfant nourrisson child children infant طفل أطفال رضع
femme mère woman women mother امرأة نساء أم أمهات
jeune jeunesse youth young شاب شباب شبيبة
port portuaire harbour port ports ميناء موانئ مينائي مرفأ
navire bateau cargo ship ships vessel سفينة سفن باخرة بواخر
conteneur fret marchandise container freight goods حاوية حاويات بضائع سلع شحن
douane customs جمارك جمركي
pêche pêcheur poisson fishing fisherman fish صيد صياد سمك أسماك صيادين
mer maritime côte sea maritime coast بحر بحري بحرية ساحل شاطئ
agriculture agricole agriculteur exploitation farming farmer agriculture فلاحة فلاحي فلاح فلاحين فلاحية زراعة
récolte campagne moisson harvest crop محصول حصاد موسم
céréale blé cereal wheat حبوب قمح
élevage bétail cheptel ovin livestock cattle sheep ماشية قطيع أغنام كسابة
eau hydrique potable water ماء مياه مائي مائية شروب
barrage dam dams سد سدود
sécheresse drought جفاف
irrigation irriguer irrigation سقي ري
assainissement station épuration traitement sewage sanitation treatment تطهير معالجة محطة
énergie électricité énergétique energy power electricity طاقة كهرباء كهربائية طاقي
solaire éolien renouvelable solar wind renewable شمسي شمسية ريحية متجددة
gaz pétrole carburant gas oil fuel غاز نفط محروقات بترول
environnement climat écologie environment climate بيئة مناخ بيئي مناخية
déchet ordures waste rubbish landfill نفايات مطرح
forêt arbre reboisement forest tree غابة غابات شجرة تشجير أشجار
incendie feu fire fires حريق حرائق
inondation crue flood floods فيضان فيضانات
séisme earthquake زلزال
route autoroute routier road motorway highway طريق طرق سيار
train gare ferroviaire rail railway train station قطار قطارات سككي سكة
tramway bus transport transit transports transport ترامواي حافلة حافلات نقل
avion vol aéroport aérien flight airport airline aircraft طائرة مطار جوي رحلة رحلات
passager voyageur passenger traveller مسافر مسافرين ركاب
tourisme touriste hôtel tourism tourist hotel سياحة سائح سياح فندق فنادق سياحي
musée patrimoine museum heritage متحف تراث متاحف
culture culturel artiste culture cultural artist ثقافة ثقافي فنان فنانين ثقافية
livre lecture bibliothèque auteur book reading library author كتاب قراءة مكتبة مؤلف كتب
film cinéma film cinema movie فيلم سينما أفلام
musique concert music concert موسيقى حفل
sport sportif sport sports رياضة رياضي رياضية
football joueur équipe club football player team club كرة قدم لاعب لاعبين فريق نادي منتخب
entraîneur sélectionneur coach مدرب ناخب
stade stadium ملعب ملاعب مركب
but victoire gagner goal win victory فوز هدف انتصار
emploi recrutement poste job jobs employment recruitment شغل تشغيل توظيف منصب مناصب وظيفة
chômage unemployment بطالة
entreprise société firme company companies firm مقاولة مقاولات شركة شركات
industrie usine industriel industry factory plant صناعة مصنع معمل صناعي
exportation export exports exporter صادرات تصدير
importation import imports واردات استيراد
commerce commerçant marché trade market shop تجارة تاجر سوق تجار أسواق
artisanat artisan craft craftsman صناعة تقليدية حرفي صانع
crédit prêt loan credit قرض قروض ائتمان
assurance sécurité sociale retraite insurance pension social تأمين تقاعد تغطية اجتماعي اجتماعية
pauvre pauvreté précarité poor poverty فقر هشاشة فقراء
handicap disability disabled إعاقة معاق
association ong société civile association charity جمعية جمعيات
justice tribunal juge court justice judge محكمة عدالة قاض قضاء
avocat procureur lawyer prosecutor محام نيابة وكيل
police sûreté gendarmerie police security شرطة أمن درك أمني
prison détenu prison prisoner سجن سجين سجناء
drogue saisie drugs seizure مخدرات حجز
accident circulation accident traffic حادث حوادث سير
parlement commission sénat parliament committee برلمان لجنة مجلس
élection vote scrutin election vote انتخاب انتخابات تصويت اقتراع
ambassadeur diplomatie étranger ambassador diplomatic foreign سفير سفارة دبلوماسية خارجية
international étranger international foreign دولي دولية
africain afrique africa african إفريقيا إفريقي إفريقية
européen europe europe european أوروبا أوروبي أوروبية
recherche chercheur scientifique research researcher scientist بحث باحث علمي باحثين
technologie innovation numérique technology innovation تكنولوجيا ابتكار
internet réseau télécoms mobile internet network telecom إنترنت شبكة اتصالات
données plateforme portail data platform portal معطيات بيانات منصة بوابة
formulaire inscription demande application registration form استمارة تسجيل طلب طلبات
délai jour durée deadline time limit أجل آجال مدة مهلة
architecture bâtiment immeuble building buildings بناية بنايات عمارة مبنى مباني
médina ancien vieux quartier old quarter عتيقة حي أحياء قديمة
rural village douar campagne rural village قرية دوار قروي قروية دواوير
montagne mountain mountains جبل جبال جبلي جبلية
mètre hectare surface superficie metre metres square hectares متر أمتار هكتار هكتارات مساحة مربع
recommandation proposition mesure recommendation proposal measure توصية توصيات اقتراح تدبير تدابير
défi enjeu challenge challenges تحد تحديات رهان رهانات
modèle outil cadre référentiel pratique model tool framework practice نموذج نماذج أداة أدوات مرجعيات مرجعي ممارسات مقاربات
réalisation acquis accomplie achievement record achieved منجزات مكتسبات إنجاز إنجازات تحقق
territoire territorial aménagement territory territories planning مجال مجالات ترابية تراب إعداد تهيئة مجالي
irrégulier régularisation illégal illegal regularisation irregular تسوية قانونية قانوني مخالفات مخالفة
vérification contrôle inspection contrôler control inspection check مراقبة تفتيش افتحاص
suivi comité veille monitoring follow monitor تتبع رصد يقظة
présider président présidente president chair chairman رئاسة ترأس
secrétaire secretary كاتب كاتبة كاتبه
annuler annulation reporté report cancel cancelled postponed إلغاء تأجيل
alerte risque danger warning risk alert إنذار خطر تحذير مخاطر
tonne tonnes ton tonnage طن أطنان
promotion promouvoir promotion إنعاش
"""

_EMPTY: Final = """
a à abord afin ai aie ailleurs ainsi ait alors année années ans an après assez au aucun aucune aujourd auparavant auprès auquel aura auront aussi autant autour autre autres aux avaient avait avant avec avoir ayant beaucoup bien c ça car ce ceci cela celle celles celui cent cependant certain certaine certaines certains ces cet cette ceux chacun chaque chez ci comme comment contre d dans de déjà depuis dernier dernière derniers des dès désormais deux devant devait devoir devra doit donc dont du durant e eh elle elles en encore enfin ensemble ensuite entre es est et étaient était étant etc été être eu eux fait faire faut fois font g grâce grand grande grands heure heures hors hui il ils j jamais je jour jours jusqu jusque l la là laquelle le lequel les lesquels leur leurs lieu lors lorsque lui m ma mais malgré me même mêmes mes met mettre mieux mis mise moins mois moment mon n ne ni niveau nombre non nos notamment notre nous nouveau nouveaux nouvel nouvelle nouvelles on ont or ou où outre par parce parmi part partie partir pas pendant peu peut peuvent plupart plus plusieurs plutôt point pour pourquoi pourra pourront près presque prochain prochaine puis puisque qu quand quant quatre que quel quelle quelles quelque quelques quels qui quoi rien s sa sans se selon sera seront ses seul seule si sien six soit soient son sont souvent sous sur t ta tandis tant te tel telle tels tenu terme tes titre toi ton toujours tous tout toute toutefois toutes très trois trop tu un une vers via vient voici voilà vos votre vous vu y
cadre question sujet façon manière ensemble groupe cas chose gens place côté effet suite vue compte ordre début fin source sources selon photo archives lire suite article journal presse communiqué ministre média médias annonce annoncé annoncer indiqué précisé affirmé ajouté déclaré organise organisé organiser tenir tiendra procède prévoit prévu permettre permet concerne expliqué souligné estimé rappelé assuré dit dire
about above across after again against all almost also although am among an and another any are around as at away be because been before being below between both but by came can cannot could day days did do does doing done down during each either else ever every few first for from further get give given go going had has have having he her here hers him his how however i if in into is it its itself just last late later least less let like made make many may me might month months more most much must my near never new next no nor not now of off often old on once one only or other our out over own part per perhaps put rather said same say says see set several shall she should since so some soon still such take than that the their them then there these they this those three through thus time times to today together too two under until up upon us use used very was way we week weeks well were what when where whether which while who whom whose why will with within without would year years yet you your read photo story news organise organised organize organized hold held plan plans take took takes
في من على إلى الى عن أن ان إن هذا هذه ذلك تلك التي الذي الذين اللذين اللتين اللواتي ما لا لم لن قد كان كانت كانوا يكون تكون هو هي هم هن أو او ثم بل لكن لكنه حتى إذا اذا كما كل بعض غير بين عند عندما منذ خلال بعد قبل حيث مع عبر لدى تم سيتم يتم أي اي أيضا ايضا وقد فقد ولا وهو وهي وكان وكانت ليس ليست لقد به بها له لها لهم فيه فيها عليه عليها منه منها عنه عنها إليه إليها أنه انه أنها انها إنه بأن بان لأن لان فإن نحو حول ضد دون سوى مثل جدا فقط أما اما كذلك هناك هنا حين بينما رغم بسبب أجل نفس نفسه ذات ذاته أحد إحدى عدد عدة بعدما قبيل ضمن حسب وفق وفقا وذلك وهذا وهذه والتي والذي أكثر أقل كثير كثيرا قليل مجموعة يوم السنة سنة سنوات عام أعوام شهر أشهر أسبوع ساعة ساعات مدة اليوم أمس غدا الماضي الماضية المقبل المقبلة الجاري الجارية صباح مساء جديد جديدة كبير كبيرة كبرى قال قالت يقول تقول أكد أوضح أضاف أشار ذكر أعلن أعلنت مصدر مصادر بلاغ بيان جريدة صحيفة موقع مقال خبر صورة أرشيف شأن إطار مستوى صعيد جانب أساس طرف شكل لفائدة تنظم ينظم نظمت تنظيم عقد عقدت يعقد جرى يجري تجري بعضها معظم جميع كافة مختلف عموما خاصة
accueille accueillir accueilli donne donner donné passe passer passé reste rester vient venir venu prend prendre pris prise porte porter porté commence commencer débute débuter vise viser visant compter comptant atteint atteindre touche toucher tient tiennent tenue tenues parle parler demande demander croit croire voit voir vu sait savoir semble sembler arrive arriver part rend rendre rendu reçoit recevoir trouve trouver laisse laisser appelle appeler devient devenir devenu explique souligne estime rappelle assure ajoute précise indique confie raconte poursuit conclut répond affirme déclare lance-t-on selon-lui monde vie temps fois cours travers auprès delà face lors suivi suivante suivant actuel actuelle actuellement récent récente récemment important importante principal principale principaux différent différents différentes nombreux nombreuses seul seule seuls haut haute bas basse long longue court courte vrai vraie bon bonne meilleur meilleure possible certain plein total totale ensemble simple simplement rapidement désormais notamment également environ presque plutôt enfin voire tandis afin quelqu personne matin soir après-midi midi nuit semaine mercredi heure fin début
came come comes take taken give given gave get got keep kept seem seems show shows shown tell told think thought want wants wanted need needs work works worked find found call called ask asked look looks start started starts begin began run runs bring brought mean means meant turn turned according says added adding expected likely various main major important different several whole full real good better best long short high low big small little old young right left sure able next morning evening night noon hour week afternoon people person world life way thing things lot bit end beginning today tomorrow yesterday
يأتي تأتي جاء جاءت يهم تهم يشمل تشمل يتضمن تتضمن بلغ بلغت يبلغ تبلغ تجاوز سيكون ستكون يتعلق تتعلق يهدف تهدف يروم تروم قام قامت يقوم تقوم ينعقد تنعقد منعقد إعطاء أعطى يعطي وضع يضع أخذ يأخذ وجد يوجد توجد رأى يرى ترى علم يعلم عرف يعرف بدأ يبدأ تبدأ بداية نهاية صار أصبح أصبحت يصبح ظل بقي يبقى ترك طلب جعل يجعل شمل هم أمر أمور شيء أشياء ناس شخص أشخاص مرة مرات وقت أوقات أيام يومين ليلة عشية زوال حالي حالية حاليا مهم مهمة أهم رئيسي رئيسية أساسي أساسية كامل كاملة تام جيد جيدة أفضل طويل قصير عال قديم صغير صغيرة حقيقي ممكن بينها منهم منهن فيما لكي كي إنما أي بأي كأن لعل حوالي زهاء قرابة أزيد بفضل عوض تجاه إزاء برسم طيلة طوال ابتداء انطلاقا
"""


@cache
def _meanings() -> Mapping[str, str]:
    table: dict[str, str] = {}
    for mark, listed in (("+", _KINDS), ("-", _COMMON), ("=", _MEANINGS)):
        for number, line in enumerate(listed.strip().splitlines()):
            for word in line.split():
                table.setdefault(root(fold(word)), f"{mark}{number}")
    return table


@cache
def _empty() -> frozenset[str]:
    return frozenset(map(fold, _EMPTY.split()))


@lru_cache(maxsize=65_536)
def root(word: str) -> str:
    """A folded word without its endings, crudely: for comparing, never for showing."""
    if not word.isascii():
        return stem(word)
    for ending, instead in _ENDINGS:
        if len(word) - len(ending) >= _SHORTEST and word.endswith(ending):
            word = word[: -len(ending)] + instead
    return word[:_STEM]


@lru_cache(maxsize=65_536)
def term(word: str) -> str:
    """What a folded word stands for: its meaning, else its root; empty when it says nothing."""
    if is_empty(word) or any(sign.isdecimal() for sign in word):
        return ""
    if is_time_word(word) or is_number_word(word):
        return ""
    place = place_of(word)
    if place:
        return f"@{place}"
    meanings = _meanings()
    roots = [root(form) for form in readings(word)]
    known = next((meanings[one] for one in roots if one in meanings), "")
    return known or _misread(roots) or root(word)


def _misread(roots: Sequence[str]) -> str:
    """What a word means in which one sign was misread; empty when that is not one thing."""
    found = {
        meaning
        for one in roots
        for other, meaning in _blurred().get(blurred(one), ())
        if is_misread(one, other)
    }
    return found.pop() if len(found) == 1 else ""


@cache
def _blurred() -> Mapping[str, Sequence[tuple[str, str]]]:
    table: dict[str, list[tuple[str, str]]] = {}
    for one, meaning in _meanings().items():
        table.setdefault(blurred(one), []).append((one, meaning))
    table.pop("", None)
    return table


@lru_cache(maxsize=65_536)
def is_empty(word: str) -> bool:
    empty = _empty()
    if len(word) <= 1 or word in empty:
        return True
    return not word.isascii() and any(form in empty for form in readings(word))


def is_kind(meaning: str) -> bool:
    """Whether a term names a kind of event or announcement: a meeting, a launch."""
    return meaning.startswith("+")


def is_known(meaning: str) -> bool:
    """Whether the glossary knows the term, so that it crosses languages."""
    return meaning.startswith(("+", "-", "="))


def is_subject(meaning: str) -> bool:
    """Whether a term can be what a release is about: no kind of event, no rank."""
    return not meaning.startswith(("+", "-"))

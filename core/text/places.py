"""Places that news happens in, in both scripts: Morocco's towns, countries, capitals.

Not for finding an event, but for noticing that an article is about another town's: the
same open days at another agency, the same meeting in another country.
"""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Final

from core.text.clitics import bare, readings
from core.text.tokens import words

_SHORTEST: Final = 4

_PLACES: Final = """
agadir أكادير | al hoceima الحسيمة | azilal أزيلال | azrou أزرو | beni mellal بني ملال | benslimane بنسليمان | berkane بركان
berrechid برشيد | boujdour بوجدور | boulemane بولمان | bouskoura بوسكورة | casablanca الدار البيضاء البيضاء | chefchaouen شفشاون | chichaoua شيشاوة
chtouka اشتوكة | dakhla الداخلة | driouch الدريوش | el hajeb الحاجب | el jadida الجديدة | kelaa السراغنة | errachidia الرشيدية
essaouira الصويرة | smara السمارة | fes fez فاس | figuig فكيك | fnideq الفنيدق | fquih الفقيه | guelmim كلميم
guercif جرسيف | ifrane إفران | inezgane إنزكان | jerada جرادة | kenitra القنيطرة | khemisset الخميسات | khenifra خنيفرة
khouribga خريبكة | laayoune العيون | larache العرائش | marrakech marrakesh مراكش | martil مرتيل | mdiq المضيق | mediouna مديونة
meknes مكناس | midelt ميدلت | missour ميسور | mohammedia المحمدية | moulay yacoub مولاي يعقوب | nador الناظور | nouaceur النواصر
ouarzazate ورزازات | ouezzane وزان | oujda وجدة | rabat الرباط | rehamna الرحامنة | safi آسفي | sale سلا | sefrou صفرو
settat سطات | sidi bennour بنور | sidi ifni إفني | sidi kacem قاسم | sidi slimane سليمان | skhirat الصخيرات | tan tan طانطان
tanger tangier طنجة | taounate تاونات | taourirt تاوريرت | tarfaya طرفاية | taroudant تارودانت | tata طاطا | taza تازة | temara تمارة
tetouan تطوان | tinghir تنغير | tiznit تيزنيت | youssoufia اليوسفية | zagora زاكورة | tamesna تامسنا | benguerir بنجرير | souss سوس
algerie algeria الجزائر | alger algiers | oran وهران | constantine قسنطينة | annaba عنابة
tunisie tunisia تونس | tunis تونس | sfax صفاقس | sousse سوسة | bizerte بنزرت | libye libya ليبيا | tripoli طرابلس | benghazi بنغازي
mauritanie mauritania موريتانيا | nouakchott نواكشوط | nouadhibou نواذيبو | egypte egypt مصر | caire cairo القاهرة | alexandrie alexandria الإسكندرية
senegal السنغال | dakar داكار | mali مالي | bamako باماكو | niger النيجر | niamey نيامي | nigeria نيجيريا | lagos لاغوس | abuja أبوجا
ghana غانا | accra أكرا | cameroun cameroon الكاميرون | gabon الغابون | abidjan أبيدجان | rwanda رواندا | kigali كيغالي | kenya كينيا | nairobi نيروبي
ethiopie ethiopia إثيوبيا | soudan sudan السودان | khartoum الخرطوم | france فرنسا | paris باريس | marseille marseilles مرسيليا | lyon ليون | bordeaux بوردو | toulouse تولوز
espagne spain إسبانيا | madrid مدريد | barcelone barcelona برشلونة | seville sevilla إشبيلية | malaga مالقة | almeria ألميريا | algesiras algeciras | ceuta سبتة | melilla مليلية
portugal البرتغال | lisbonne lisbon لشبونة | italie italy إيطاليا | rome روما | milan ميلانو | genes genoa جنوة | allemagne germany ألمانيا | berlin برلين | hambourg hamburg هامبورغ
belgique belgium بلجيكا | bruxelles brussels بروكسل | anvers antwerp أنتويرب | rotterdam روتردام | londres london لندن | suisse switzerland سويسرا | geneve geneva جنيف
turquie turkey تركيا | istanbul إسطنبول | izmir إزمير | ankara أنقرة | grece greece اليونان | athenes athens أثينا | copenhague copenhagen كوبنهاغن | suede sweden السويد
arabie saudi السعودية | emirats emirates الإمارات | dubai دبي | qatar قطر | doha الدوحة | koweit kuwait الكويت | liban lebanon لبنان | beyrouth beirut بيروت
syrie syria سوريا | irak iraq العراق | bagdad baghdad بغداد | jordanie jordan الأردن | amman عمان | palestine فلسطين | gaza غزة | chine china الصين | inde india الهند | japon japan اليابان
russie russia روسيا | ukraine أوكرانيا | bresil brazil البرازيل | canada كندا | quebec كيبك | montreal مونتريال | washington واشنطن | نيويورك
"""


@cache
def _table() -> Mapping[str, str]:
    table: dict[str, str] = {}
    for entry in _PLACES.replace("\n", "|").split("|"):
        spelled = words(entry)
        if spelled:
            # Short words are particles and first parts: El, Tan, Beni.
            telling = [word for word in spelled if len(word) >= _SHORTEST] or spelled
            table.update(dict.fromkeys(telling, telling[0]))
    return table


def places(found: Sequence[str]) -> frozenset[str]:
    """The places named among folded words, each by one key for both scripts."""
    return frozenset(key for word in found if (key := place_of(word)))


@lru_cache(maxsize=65_536)
def place_of(word: str) -> str:
    """The key of the place a folded word names; empty when it names none."""
    table = _table()
    if word.isascii():
        return table.get(word, "")
    # Towns keep their article: بالقنيطرة is القنيطرة, but دار is no الدار البيضاء.
    plain = bare(word)
    forms = (word, *([f"ال{plain}"] if plain != word else readings(word)))
    return next((table[form] for form in forms if form in table), "")

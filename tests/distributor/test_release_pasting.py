import pytest

from distributor.releases.pasting import clean

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head>
<meta name=Generator content="Microsoft Word 15">
<style><!-- p.MsoNormal {margin:0cm; mso-pagination:widow-orphan;} --></style></head>
<body lang=FR><!--StartFragment-->
<h2>Programme<o:p></o:p></h2>
<p class=MsoNormal><b>Le ministre</b> ouvre la rencontre <i>à Rabat</i>.<o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='font-family:Symbol;mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span><![endif]>une session plénière<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>·<span>&nbsp;&nbsp; </span></span><![endif]>deux ateliers<o:p></o:p></p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><!--[if !supportLists]--><span style='mso-list:Ignore'>1.<span>&nbsp; </span></span><!--[endif]-->accueil<o:p></o:p></p>
<p class=MsoNormal><!--[if gte vml 1]><v:shape id="x"></v:shape><![endif]--><img src="file:///C:/Users/n/logo.png"></p>
<!--EndFragment--></body></html>"""

ARABIC = """<html><body><p class=MsoNormal dir=RTL style='text-align:right'><span lang=AR-MA dir=RTL>تنظم الوزارة <b>لقاء الوكالات الحضرية</b> بالرباط.</span></p></body></html>"""

GOOGLE = """<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1"><p dir="ltr"><span style="font-weight:400">Le ministère </span><span style="font-weight:700">réunit</span><span style="font-style:italic;font-weight:400"> les agences</span></p></b>"""


def test_words_of_word_become_headings_emphasis_and_lists():
    pasted = clean(WORD)
    assert pasted.text.splitlines() == [
        "## Programme",
        "",
        "**Le ministre** ouvre la rencontre *à Rabat*.",
        "",
        "- une session plénière",
        "- deux ateliers",
        "",
        "1. accueil",
    ]
    assert any("picture" in one.what for one in pasted.dropped)


def test_arabic_of_word_keeps_its_words_and_loses_its_marks():
    assert clean(ARABIC).text == "تنظم الوزارة **لقاء الوكالات الحضرية** بالرباط."


def test_what_google_calls_bold_is_not():
    assert clean(GOOGLE).text == "Le ministère **réunit** *les agences*"


@pytest.mark.parametrize(
    "hostile",
    [
        "<p>Un<script>alert(1)</script> deux</p>",
        "<p onclick=alert(1)>Un <a href='javascript:alert(1)'>deux</a></p>",
        "<svg onload=alert(1)><p>Un deux</p></svg>",
        "<p>Un <iframe srcdoc='<script>alert(1)</script>'></iframe>deux</p>",
    ],
)
def test_nothing_that_acts_is_pasted(hostile):
    text = clean(hostile).text
    assert "alert" not in text
    assert "<" not in text


def test_plain_words_stay_as_they_are():
    assert clean("Une ligne & une autre <b>forte</b>").text == (
        "Une ligne & une autre **forte**"
    )

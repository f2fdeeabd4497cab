"""The words in which dates are said, language by language; domain/dates reads sentences made of them.

Upper case, accents and Arabic letter variants make no difference, so each word stands here once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal

from circle_app.domain.text import fold

Unit = Literal["days", "weeks", "months"]
Forms = tuple[str, ...]
_NAMES_OF = Literal["days", "weekday", "month", "unit", "count", "span", "within", "next", "coming", "small"]


@dataclass(frozen=True, slots=True)
class DateWords:
    """The words of one language, each a tuple of accepted forms; a form may be several words ("day after tomorrow").

    `days_on` are words for today, tomorrow and the day after. Weekdays start with Monday, months with January.
    `counts` are numbers in letters, `spans` words that are a whole length of time (the Arabic dual, "fortnight").
    `within` says "from today" before or after a length, `following` "of the week after", `coming` "the nearest".
    `leads` may begin a date at the end of a sentence ("by fri"), `inside` only stand within one ("4th of May").
    `doubtful` words end many sentences that mean no date ("chairs in the sun"). `bare` languages leave the one
    away ("za tydzień"), `joined` ones write no spaces. After one of the `articles` a doubtful word is a thing.
    """

    days_on: tuple[Forms, Forms, Forms]
    weekdays: tuple[Forms, ...]
    months: tuple[Forms, ...]
    days: Forms
    weeks: Forms
    months_unit: Forms
    within: Forms
    following: Forms
    leads: Forms
    inside: Forms = ()
    articles: Forms = ()
    coming: Forms = ()
    counts: tuple[tuple[str, int], ...] = ()
    spans: tuple[tuple[str, int, Unit], ...] = ()
    doubtful: Forms = ()
    bare: bool = False
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Meaning:
    """One reading of a word: `n` is days ahead, a weekday or month number or a count, `unit` a length of time."""

    kind: _NAMES_OF | Literal["number"]
    n: int = 0
    unit: Unit = "days"


@cache
def lexicon(words: DateWords) -> Mapping[str, tuple[Meaning, ...]]:
    """Every folded form with all it may mean, longest forms first."""
    found: dict[str, list[Meaning]] = {}

    def note(forms: Forms, meaning: Meaning) -> None:
        for form in forms:
            known = found.setdefault(fold(form), [])
            if meaning not in known:
                known.append(meaning)

    for n, forms in enumerate(words.days_on):
        note(forms, Meaning("days", n))
    for n, forms in enumerate(words.weekdays):
        note(forms, Meaning("weekday", n))
    for n, forms in enumerate(words.months, start=1):
        note(forms, Meaning("month", n))
    units: tuple[tuple[Forms, Unit], ...] = (
        (words.days, "days"), (words.weeks, "weeks"), (words.months_unit, "months"),
    )  # fmt: skip
    for forms, unit in units:
        note(forms, Meaning("unit", unit=unit))
    for form, n in words.counts:
        note((form,), Meaning("count", n))
    for form, n, unit in words.spans:
        note((form,), Meaning("span", n, unit))
    note(words.within, Meaning("within"))
    note(words.following, Meaning("next"))
    note(words.coming, Meaning("coming"))
    note(words.leads + words.inside, Meaning("small"))
    return MappingProxyType({form: tuple(found[form]) for form in sorted(found, key=lambda form: (-len(form), form))})


def _forms(text: str) -> tuple[Forms, ...]:
    """ "mon monday | tue tuesday" as tuples; an underscore joins the words of one form."""
    return tuple(tuple(form.replace("_", " ") for form in part.split()) for part in text.split("|"))


def _flat(text: str) -> Forms:
    return _forms(text)[0]


def _numbers(text: str) -> tuple[tuple[str, int], ...]:
    return tuple((form, n) for n, forms in enumerate(_forms(text), start=1) for form in forms)


def _three(text: str) -> tuple[Forms, Forms, Forms]:
    today, tomorrow, after = _forms(text)
    return today, tomorrow, after


ENGLISH = DateWords(
    days_on=_three("today tonight now | tomorrow tmr tmrw | day_after_tomorrow"),
    weekdays=_forms(
        "mon monday | tue tues tuesday | wed weds wednesday | thu thur thurs thursday | fri friday | sat saturday | sun sunday"
    ),
    months=_forms(
        "jan january | feb february | mar march | apr april | may | jun june | jul july | aug august | "
        "sep sept september | oct october | nov november | dec december"
    ),
    days=_flat("d day days"), weeks=_flat("w wk week weeks"), months_unit=_flat("month months"),
    within=("in",), following=("next",), leads=("on", "by", "until", "till", "this", "the"),
    inside=("of", "st", "nd", "rd", "th"), articles=("the",), coming=("coming",),
    counts=_numbers("a an one | two | three | four | five | six | seven | eight | nine | ten"),
    spans=(("fortnight", 2, "weeks"), ("a fortnight", 2, "weeks")),
    doubtful=_flat("sun sat now d w day week month"),
)  # fmt: skip

GERMAN = DateWords(
    days_on=_three("heute | morgen | übermorgen"),
    weekdays=_forms(
        "mo montag | di dienstag | mi mittwoch | do donnerstag | fr freitag | sa samstag sonnabend | so sonntag"
    ),
    months=_forms(
        "jan januar jänner | feb februar | mär märz | apr april | mai | jun juni | jul juli | aug august | "
        "sep sept september | okt oktober | nov november | dez dezember"
    ),
    days=_flat("t tag tage tagen"), weeks=_flat("w wo woche wochen"), months_unit=_flat("monat monate monaten"),
    within=("in",), following=_flat("nächsten nächste nächster nächstes"),
    leads=_flat("am bis bis_zum bis_am zum ab diesen diese dieser den der"),
    coming=_flat("kommenden kommende kommender"), articles=_flat("der den die das"),
    counts=_numbers(
        "ein eine einem einen einer | zwei | drei | vier | fünf | sechs | sieben | acht | neun | zehn"
    ),
    doubtful=_flat("so do mi di mo sa t w tag woche monat"),
)  # fmt: skip

FRENCH = DateWords(
    days_on=_three("aujourd'hui aujourd’hui ce_soir | demain | après-demain après_demain"),
    weekdays=_forms(
        "lun lundi | mar mardi | mer mercredi | jeu jeudi | ven vendredi | sam samedi | dim dimanche"
    ),
    months=_forms(
        "jan janv janvier | fév févr février | mar mars | avr avril | mai | juin | juil juillet | aoû août | "
        "sep sept septembre | oct octobre | nov novembre | déc décembre"
    ),
    days=_flat("j jour jours"), weeks=_flat("s sem semaine semaines"), months_unit=_flat("mois"),
    within=_flat("dans d'ici d’ici"), following=_flat("prochain prochaine"),
    leads=_flat("le la ce avant jusqu'à jusqu’à jusqu'au jusqu’au pour_le"), inside=("de", "du", "er"), articles=_flat("le la"),
    coming=_flat("qui_vient"),
    counts=_numbers("un une | deux | trois | quatre | cinq | six | sept | huit | neuf | dix"),
    spans=(("quinzaine", 2, "weeks"), ("une quinzaine", 2, "weeks")),
    doubtful=_flat("mar mer jeu mars s j jour semaine mois"),
)  # fmt: skip

SPANISH = DateWords(
    days_on=_three("hoy esta_noche | mañana | pasado_mañana"),
    weekdays=_forms(
        "lun lunes | mar martes | mié miércoles | jue jueves | vie viernes | sáb sábado | dom domingo"
    ),
    months=_forms(
        "ene enero | feb febrero | mar marzo | abr abril | may mayo | jun junio | jul julio | ago agosto | "
        "sep sept septiembre setiembre | oct octubre | nov noviembre | dic diciembre"
    ),
    days=_flat("d día días"), weeks=_flat("s sem semana semanas"), months_unit=_flat("mes meses"),
    within=_flat("en dentro_de"), following=_flat("siguiente"),
    leads=_flat("el la este esta para_el hasta_el antes_del"), inside=("de", "del"), articles=_flat("el la"),
    coming=_flat("próximo próxima que_viene"),
    counts=_numbers("un una | dos | tres | cuatro | cinco | seis | siete | ocho | nueve | diez"),
    spans=(("quincena", 2, "weeks"), ("una quincena", 2, "weeks")),
    doubtful=_flat("mar d s día semana mes vie"),
)  # fmt: skip

PORTUGUESE = DateWords(
    days_on=_three("hoje esta_noite | amanhã | depois_de_amanhã"),
    weekdays=_forms(
        "seg segunda segunda-feira segunda_feira | ter terça terça-feira terça_feira | qua quarta quarta-feira quarta_feira | "
        "qui quinta quinta-feira quinta_feira | sex sexta sexta-feira sexta_feira | sáb sábado | dom domingo"
    ),
    months=_forms(
        "jan janeiro | fev fevereiro | mar março | abr abril | mai maio | jun junho | jul julho | ago agosto | "
        "set setembro | out outubro | nov novembro | dez dezembro"
    ),
    days=_flat("d dia dias"), weeks=_flat("s sem semana semanas"), months_unit=_flat("mês meses"),
    within=_flat("em daqui_a dentro_de"), following=_flat("seguinte"),
    leads=_flat("no na este esta até até_o o a"), inside=("de",), articles=_flat("o a"), coming=_flat("próximo próxima que_vem"),
    counts=_numbers("um uma | dois duas | três | quatro | cinco | seis | sete | oito | nove | dez"),
    doubtful=_flat("ter seg sex dom qui set sem d s dia semana mês segunda terça quarta quinta sexta"),
)  # fmt: skip

POLISH = DateWords(
    days_on=_three("dziś dzisiaj | jutro | pojutrze"),
    weekdays=_forms(
        "pn pon poniedziałek poniedziałku | wt wtorek wtorku | śr środa środę środy | czw czwartek czwartku | "
        "pt piątek piątku | sob sobota sobotę soboty | nd niedz niedziela niedzielę niedzieli"
    ),
    months=_forms(
        "sty styczeń stycznia | lut luty lutego | mar marzec marca | kwi kwiecień kwietnia | maj maja | "
        "cze czerwiec czerwca | lip lipiec lipca | sie sierpień sierpnia | wrz wrzesień września | "
        "paź październik października | lis listopad listopada | gru grudzień grudnia"
    ),
    days=_flat("d dzień dni"), weeks=_flat("tyg tydzień tygodnie tygodni tygodniu"),
    months_unit=_flat("mies miesiąc miesiące miesięcy miesiącu"),
    within=("za",), following=_flat("następny następną następnym następnego przyszły przyszłą przyszłym przyszłego"),
    leads=_flat("w we do na ten tę tego"), coming=_flat("najbliższy najbliższą najbliższego"),
    counts=_numbers(
        "jeden jedną | dwa dwie | trzy | cztery | pięć | sześć | siedem | osiem | dziewięć | dziesięć"
    ),
    doubtful=_flat("d dzień tydzień miesiąc maja"), bare=True,
)  # fmt: skip

ARABIC = DateWords(
    days_on=_three("اليوم الليلة | غدا | بعد_غد بعد_غدا"),
    weekdays=_forms(
        "الاثنين اثنين الإثنين | الثلاثاء ثلاثاء | الأربعاء أربعاء | الخميس خميس | الجمعة جمعة | السبت سبت | الأحد أحد"
    ),
    months=_forms(
        "يناير كانون_الثاني | فبراير شباط | مارس آذار | أبريل إبريل نيسان | مايو أيار | يونيو حزيران | يوليو تموز | "
        "أغسطس آب | سبتمبر أيلول | أكتوبر تشرين_الأول | نوفمبر تشرين_الثاني | ديسمبر كانون_الأول"
    ),
    days=_flat("يوم يوما أيام"), weeks=_flat("أسبوع الأسبوع أسبوعا أسابيع"), months_unit=_flat("شهر الشهر شهرا أشهر شهور"),
    within=_flat("بعد خلال في_غضون"), following=_flat("بعد_القادم"),
    leads=_flat("يوم في قبل حتى هذا"), inside=("من",), coming=_flat("القادم المقبل القادمة"),
    counts=_numbers(
        "واحد واحدة | اثنان | ثلاثة ثلاث | أربعة أربع | خمسة خمس | ستة ست | سبعة سبع | ثمانية ثماني | تسعة تسع | عشرة عشر"
    ),
    spans=(("يومين", 2, "days"), ("أسبوعين", 2, "weeks"), ("شهرين", 2, "months")),
    doubtful=_flat("أحد خميس سبت جمعة يوم شهر أسبوع اليوم"), bare=True,
)  # fmt: skip

CHINESE = DateWords(
    days_on=_three("今天 今日 今晚 | 明天 明日 | 后天 後天"),
    weekdays=tuple(
        tuple(f"{week}{day}" for week in ("星期", "周", "週", "礼拜", "禮拜") for day in names)
        for names in ("一", "二", "三", "四", "五", "六", "日天")
    ),
    months=tuple(
        (f"{n}月", f"{name}月") for n, name in enumerate(_flat("一 二 三 四 五 六 七 八 九 十 十一 十二"), start=1)
    ),
    days=_flat("天 日"), weeks=_flat("周 週 星期 个星期 個星期 礼拜 禮拜 个礼拜 個禮拜"),
    months_unit=_flat("个月 個月 月"), within=_flat("后 後 之后 之後 内 內"), following=_flat("下 下个 下個"),
    leads=_flat("在 到"), inside=_flat("日 号 號 年"), coming=_flat("这 這 本"),
    counts=_numbers("一 | 二 两 兩 | 三 | 四 | 五 | 六 | 七 | 八 | 九 | 十"), joined=True,
)  # fmt: skip

LANGUAGES: Mapping[str, DateWords] = MappingProxyType(
    {
        "en": ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH, "pt": PORTUGUESE, "pl": POLISH, "ar": ARABIC,
        "zh": CHINESE,
    }
)  # fmt: skip
"""By the code of the language, as in "de" of "de_AT"."""

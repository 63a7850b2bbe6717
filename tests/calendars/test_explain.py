"""A deadline says why it is when it is."""

import datetime as dt
import re
from pathlib import Path

import polib
import pytest

from app import calendars
from app.calendars import build, explain, explain_between, parse_span

SHANGHAI = build("Asia/Shanghai", "CN")
PACKAGE = Path(calendars.__file__).parent


def catalogue(language):
    entries = polib.pofile(str(PACKAGE / "translations" / language / "LC_MESSAGES" / "messages.po"))
    return {entry.msgid: entry.msgstr for entry in entries}


def told(start, span, language="en"):
    moment = dt.datetime.fromisoformat(start).replace(tzinfo=SHANGHAI.zone)
    explanation = explain(SHANGHAI, moment, parse_span(span))
    assert explanation.due == SHANGHAI.due(moment, parse_span(span))
    return [catalogue(language)[code] % params for code, params in explanation.lines]


def test_over_a_weekend():
    assert told("2026-11-20 17:00", "4 wh") == [
        "due Mon 23 Nov 12:00 = 4 working hours from Fri 20 Nov 17:00",
        "Sat 21 Nov, Sun 22 Nov excluded",
    ]
    assert told("2026-11-20 17:00", "4 wh", "zh") == [
        "11 月 23 日 周一 12:00 到期 = 从 11 月 20 日 周五 17:00 起 4 个工作小时",
        "11 月 21 日 周六、11 月 22 日 周日 休息，不算",
    ]


def test_over_lunch():
    assert told("2026-11-23 11:00", "2 wh") == [
        "due Mon 23 Nov 14:00 = 2 working hours from Mon 23 Nov 11:00",
        "break 12:00–13:00 excluded",
    ]


def test_over_national_day_and_its_make_up_day():
    assert told("2026-09-30 16:00", "3 wd") == [
        "due Sat 10 Oct 16:00 = 3 working days from Wed 30 Sep 16:00",
        "Thu 1 Oct – Wed 7 Oct excluded (National Day)",
        "Sat 10 Oct counts, a make-up day",
    ]
    assert told("2026-09-30 16:00", "3 wd", "zh")[1] == "10 月 1 日 周四 – 10 月 7 日 周三 放假（国庆节），不算"


def test_over_lunch_and_qingming():
    assert told("2026-04-03 11:00", "8 wh") == [
        "due Tue 7 Apr 11:00 = 8 working hours from Fri 3 Apr 11:00",
        "break 12:00–13:00 excluded",
        "Sat 4 Apr – Mon 6 Apr excluded (Tomb-Sweeping Day)",
    ]


def test_a_date_somebody_set_is_explained_by_the_working_time_before_it():
    start, due = (dt.datetime(2026, 11, day, 16, tzinfo=SHANGHAI.zone) for day in (20, 24))
    (code, params), *rest = explain_between(SHANGHAI, start, due).lines
    assert catalogue("en")[code] % params == (
        "due Tue 24 Nov 16:00, which leaves 16 working hours from Fri 20 Nov 16:00"
    )
    assert [line for line, _params in rest] == ["calendars.breaks", "calendars.closed"]


def test_one_hour_is_no_plural():
    assert told("2026-11-23 10:00", "1 wh") == ["due Mon 23 Nov 11:00 = 1 working hour from Mon 23 Nov 10:00"]
    assert told("2026-11-23 10:00", "1 wd", "zh")[0].endswith("起 1 个工作日")


def test_from_closed_time():
    assert told("2026-11-23 20:00", "1 wh")[1] == "closed then, so counted from Tue 24 Nov 09:00"


def test_elapsed_spans_leave_nothing_out():
    for span in ("30 min", "2 h", "3 d"):
        assert len(told("2026-11-20 17:00", span)) == 1


def test_a_long_span_is_told_in_few_lines():
    assert len(told("2026-01-05 10:00", "200 wd")) <= 13


def test_every_code_has_a_text_in_both_languages():
    written = set(re.findall(r'"(calendars\.[a-z_.]+)"', "".join(path.read_text() for path in PACKAGE.glob("*.py"))))
    written |= {f"calendars.{unit}" for unit in ("wh", "wd", "min", "h", "d")}
    written |= {f"calendars.{unit}_one" for unit in ("wh", "wd", "min", "h", "d")}
    for language in ("zh", "en"):
        assert set(catalogue(language)) == written


@pytest.mark.parametrize("code", sorted(catalogue("zh")))
def test_both_languages_use_the_same_values(code):
    used = [
        sorted(re.sub(r"_(zh|en)$", "", name) for name in re.findall(r"%\((\w+)\)s", catalogue(language)[code]))
        for language in ("zh", "en")
    ]
    assert used[0] == used[1]

"""Time, names and sums in words, in both languages."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, g

from app.i18n import forget_language, in_language, lazy_text, text
from app.web import durations, marks
from tests.clock import NOON

ZONE = ZoneInfo("Asia/Shanghai")


@contextmanager
def speaking(guide: Flask, language: str) -> Iterator[None]:
    with guide.test_request_context():
        g.language = language
        forget_language()
        yield


@pytest.mark.parametrize(
    ("minutes", "state", "zh", "en"),
    [
        (80, "soon", "剩 1 时 20 分", "1 h 20 min left"),
        (125, "soon", "剩 2 时 05 分", "2 h 05 min left"),
        (40, "soon", "剩 40 分", "40 min left"),
        (120, "soon", "剩 2 时", "2 h left"),
        (-130, "late", "超 2 时 10 分", "2 h 10 min over"),
        (-(2 * 24 + 3) * 60, "late", "超 2 天 3 时", "2 d 3 h over"),
        (5 * 60, "ok", "今天 17:00", "today 17:00"),
        (29 * 60, "ok", "周四 17:00", "Thu 17:00"),
        (8 * 24 * 60, "ok", "3 月 19 日 12:00", "19 Mar 12:00"),
        (365 * 24 * 60, "ok", "2027-03-11 12:00", "2027-03-11 12:00"),
    ],
)
def test_a_deadline_says_what_is_left_or_when_it_is(guide: Flask, minutes: int, state: str, zh: str, en: str) -> None:
    due = NOON + dt.timedelta(minutes=minutes)
    with speaking(guide, "zh"):
        judged = durations.deadline(due, NOON, ZONE)
        assert (judged.state, judged.text) == (state, zh)
    with speaking(guide, "en"):
        assert durations.deadline(due, NOON, ZONE).text == en


def test_a_deadline_keeps_the_exact_time_beside_the_words(guide: Flask) -> None:
    with speaking(guide, "zh"):
        assert durations.deadline(NOON + dt.timedelta(minutes=80), NOON, ZONE).exact == "今天 13:20"
        assert durations.deadline(NOON - dt.timedelta(hours=20), NOON, ZONE).exact == "昨天 16:00"


def test_the_day_is_that_of_the_company_not_of_utc(guide: Flask) -> None:
    late_evening = dt.datetime(2026, 3, 11, 16, 30, tzinfo=dt.UTC)  # 00:30 on the 12th in Shanghai
    with speaking(guide, "en"):
        assert durations.moment(late_evening, NOON, ZONE) == "Thu 00:30"
    assert durations.date_text(late_evening, ZONE) == "2026-03-12"
    assert durations.time_text(late_evening, ZONE) == "2026-03-12 00:30"


def test_a_name_becomes_a_mark_that_stays_the_same() -> None:
    assert [marks.initials(name) for name in ("周敏", "Liu Yang", "liu", "")] == ["周", "LY", "L", "?"]
    assert marks.avatar_colour("周敏") == marks.avatar_colour("周敏")
    assert {marks.avatar_colour(str(number)) for number in range(50)} == set("abcd")


def test_sums_have_two_places_and_separators() -> None:
    assert [marks.money(sum_) for sum_ in (308, "1208.5", 0.1)] == ["308.00", "1,208.50", "0.10"]


def test_a_text_of_a_page_escapes_what_it_names_and_shows_per_cent_signs_once(guide: Flask) -> None:
    page = guide.jinja_env.from_string('{{ _("Claimed: %(step)s", step=name) }} {{ _("100%%") }} {{ _("Mine") }}')
    with speaking(guide, "en"):
        assert page.render(name="<b>") == "Claimed: &lt;b&gt; 100% Mine"
    with speaking(guide, "zh"):
        assert page.render(name="审核") == "已领取：审核 100% 分给我的"


def test_a_text_follows_a_change_of_language_within_a_request(guide: Flask) -> None:
    lazy = lazy_text("Mine")
    with speaking(guide, "en"):
        assert (text("Mine"), str(lazy)) == ("Mine", "Mine")
        with in_language("zh"):
            assert (text("Mine"), str(lazy)) == ("分给我的", "分给我的")
        assert text("Mine") == "Mine"

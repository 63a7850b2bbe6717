"""Each kind of value: what is taken, how it is stored, and what is said otherwise."""

import pytest

from tests.forms.building import clean, component, errors, form, message


def stored(kind, value, **properties):
    return clean(form(component(kind, "k", **properties)), {"k": value})["k"]


def code(kind, value, **properties):
    return errors(form(component(kind, "k", **properties)), {"k": value})["k"]


@pytest.mark.parametrize("value", [1, True, [], {}, 1.5])
def test_a_text_is_a_text(value):
    assert code("textfield", value) == ["forms.not_text"]
    assert code("textarea", value) == ["forms.not_text"]


def test_blanks_around_a_line_go_and_stay_in_a_long_text():
    assert stored("textfield", " SN 1 ") == "SN 1"
    assert stored("textarea", " a\n b ") == " a\n b "


@pytest.mark.parametrize("value", ["a\x00b", "a\ud800", "a\x1bb"])
def test_characters_that_no_database_takes_are_refused(value):
    assert code("textfield", value) == ["forms.bad_character"]
    assert code("textarea", value) == ["forms.bad_character"]


def test_a_line_has_no_line_break():
    assert code("textfield", "a\nb") == ["forms.bad_character"]


def test_texts_have_a_length_even_when_the_form_names_none():
    assert message(form(component("textfield", "k")), {"k": "x" * 2001}, "k") == (
        "forms.too_long",
        {"max": 2000, "length": 2001},
    )
    assert code("textarea", "x" * 50_001) == ["forms.too_long"]


def test_length_limits_count_what_is_seen():
    limits = {"validate": {"minLength": 3, "maxLength": 5}}
    assert stored("textfield", "abcde", **limits) == "abcde"
    built = form(component("textfield", "k", **limits))
    assert message(built, {"k": "  ab "}, "k") == ("forms.too_short", {"min": "3", "length": 2})
    assert message(built, {"k": "abcdef"}, "k") == ("forms.too_long", {"max": "5", "length": 6})
    assert stored("textfield", "", **limits) == ""


def test_a_pattern_speaks_the_author_s_words():
    validate = {"pattern": r"^\d{15}$", "patternErrorMessage": "IMEI 是 15 位数字"}
    built = form(component("textfield", "k", validate=validate, properties={"message:en": "An IMEI has 15 digits"}))
    assert clean(built, {"k": "123456789012345"}) == {"k": "123456789012345"}
    assert message(built, {"k": "12"}, "k") == (
        "forms.pattern_message",
        {"message_zh": "IMEI 是 15 位数字", "message_en": "An IMEI has 15 digits"},
    )
    assert code("textfield", "12", validate={"pattern": "a"}) == ["forms.pattern"]


@pytest.mark.parametrize("value", ["li@example.com", "li.na+x@mail.example.cn"])
def test_addresses_that_are_mail_addresses(value):
    assert stored("textfield", value, validate={"validationType": "email"}) == value


@pytest.mark.parametrize("value", ["li", "li@", "@x.cn", "li@x", "a b@x.cn", "a@b@x.cn", "x" * 250 + "@x.cn"])
def test_addresses_that_are_none(value):
    assert code("textfield", value, validate={"validationType": "email"}) == ["forms.not_email"]


@pytest.mark.parametrize(
    "value", ["13800138000", "138 0013 8000", "0571-87654321", "+49 30 664040900", "(010) 65001234"]
)
def test_numbers_one_can_dial(value):
    assert stored("textfield", value, validate={"validationType": "phone"}) == value


def test_a_short_mobile_number_is_told_how_many_digits_it_has():
    built = form(component("textfield", "k", validate={"validationType": "phone"}))
    assert message(built, {"k": "1380013800"}, "k") == ("forms.mobile_length", {"expected": 11, "digits": 10})


@pytest.mark.parametrize("value", ["none", "12", "1234", "+", "5" * 21])
def test_numbers_nobody_can_dial(value):
    assert code("textfield", value, validate={"validationType": "phone"}) == ["forms.not_phone"]


@pytest.mark.parametrize("value", ["3", True, [], {}, float("nan"), float("inf"), 1e300])
def test_a_number_is_a_number(value):
    assert code("number", value) == ["forms.not_number"]


def test_numbers_beyond_what_json_readers_keep_exact_are_refused():
    assert stored("number", 2**53) == 2**53
    assert code("number", 2**53 + 1) == ["forms.too_many_digits"]
    assert code("number", 10**5000) == ["forms.too_many_digits"]
    assert code("number", 1e17) == ["forms.too_many_digits"]


def test_whole_floats_are_stored_as_integers():
    assert type(stored("number", 3.0)) is int
    assert stored("number", 2.5) == 2.5


def test_decimal_places_are_counted_as_a_person_sees_them():
    assert stored("number", 0.1, decimalDigits=1) == 0.1
    assert code("number", 0.15, decimalDigits=1) == ["forms.too_many_decimals"]
    assert stored("number", 2.0, decimalDigits=0) == 2
    assert code("number", 2.5, decimalDigits=0) == ["forms.not_integer"]
    assert stored("number", 100, decimalDigits=0) == 100


@pytest.mark.parametrize(("value", "below", "above"), [(0.7, "0.5", "1"), (-0.7, "-1", "-0.5"), (3.1, "3", "3.5")])
def test_a_step_names_its_neighbours(value, below, above):
    built = form(component("number", "k", increment=0.5))
    assert clean(built, {"k": 1.5}) == {"k": 1.5}
    assert message(built, {"k": value}, "k") == ("forms.not_step", {"below": below, "above": above})


def test_a_number_kept_as_text_stays_exact():
    keep = {"serializeToString": True}
    assert stored("number", "12345678901234567.10", **keep) == "12345678901234567.1"
    assert stored("number", 1.5, **keep) == "1.5"
    assert stored("number", "", **keep) is None
    for wrong in ("1e5", "１２", "1_000", "NaN", "1.", "x", "9" * 21):
        assert code("number", wrong, **keep) == ["forms.not_number"]
    assert code("number", "7", **keep, validate={"max": 5}) == ["forms.too_large"]


@pytest.mark.parametrize("value", ["true", 1, 0, []])
def test_a_box_is_ticked_or_not(value):
    assert code("checkbox", value) == ["forms.not_boolean"]


def test_dates():
    assert stored("datetime", "2026-02-28", subtype="date") == "2026-02-28"
    assert stored("datetime", "") is None
    for wrong in ("2026-02-30", "20260228", "2026-2-28", "28.02.2026", 5, "2026-02-28T10:00", "2026-W01-1", "x" * 99):
        assert code("datetime", wrong, subtype="date") == ["forms.not_date"]


def test_times_get_seconds_so_that_feel_can_read_them():
    local = {"subtype": "time", "timeSerializingFormat": "no_timezone"}
    assert stored("datetime", "14:30", **local) == "14:30:00"
    assert stored("datetime", "14:30+08:00", subtype="time") == "14:30:00+08:00"
    for wrong in ("25:00", "14:60", "14", "2 pm", "14:30+99:00"):
        assert code("datetime", wrong, **local) == ["forms.not_time"]


def test_moments():
    zoned = {"subtype": "datetime", "timeSerializingFormat": "utc_offset"}
    assert stored("datetime", "2026-03-12T14:30+08:00", **zoned) == "2026-03-12T14:30:00+08:00"
    assert stored("datetime", "2026-03-12T06:30Z", **zoned) == "2026-03-12T06:30:00Z"
    assert stored("datetime", "2026-03-12T06:30", subtype="datetime") == "2026-03-12T06:30:00"
    for wrong in ("2026-03-12T14:30", "2026-03-12", "14:30Z", "2026-03-12 14:30Z", "2026-13-12T14:30Z"):
        assert code("datetime", wrong, **zoned) == ["forms.not_datetime"]


def test_a_date_in_the_future_is_judged_by_the_company_s_day():
    coming = {"subtype": "date", "disallowPassedDates": True}
    assert stored("datetime", "2026-03-11", **coming) == "2026-03-11"
    assert code("datetime", "2026-03-10", **coming) == ["forms.past_date"]


def test_documents():
    reference = {"documentId": "a1", "fileName": "photo.jpg", "size": 5, "metadata": {"contentType": "image/jpeg"}}
    assert stored("filepicker", "a1") == "a1"
    assert stored("filepicker", ["a1", reference]) == ["a1", reference]
    assert stored("filepicker", "") is None
    assert code("filepicker", "files::17") == ["forms.not_uploaded"]
    assert code("filepicker", ["a"] * 51) == ["forms.too_many_files"]
    for wrong in (5, {}, [None], {"documentId": 3}, "x" * 201, [""], "a\x00"):
        assert code("filepicker", wrong) == ["forms.not_file"]
    assert code("filepicker", None, validate={"required": True}) == ["forms.required"]

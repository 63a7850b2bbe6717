import time

import pytest

from app.feel.errors import FeelRuntimeError
from app.feel.pattern import PatternError, compile_pattern
from tests.feel.evaluating import run_error


def free(_steps):
    return None


@pytest.mark.parametrize(
    ("pattern", "flags", "text", "found"),
    [
        ("b+", "", "abbc", "bb"),
        ("b+?", "", "abbc", "b"),
        ("a|ab", "", "ab", "a"),
        ("^c$", "m", "a\nc\nb", "c"),
        ("^$", "m", "a\n\nb", ""),
        ("a.c", "s", "a\nc", "a\nc"),
        ("A C", "ix", "ac", "ac"),
        ("[a-z-[aeiou]]+", "", "abcde", "bcd"),
        (r"\d{2,3}", "", "a1234", "123"),
        (r"\p{Lu}\p{Ll}*", "", "ein Haus", "Haus"),
        (r"\p{IsCJKUnifiedIdeographs}+", "", "SN修理", "修理"),
        ("a.c", "q", "abca.c", "a.c"),
        (r"[\-x]+", "", "a-x", "-x"),
        ("(a*)*b", "", "aab", "aab"),
        (r"(a|b)c\1", "", "acb bcb", "bcb"),
        (r"(a)\1", "i", "xaA", "aA"),
        (r"(a)\12", "", "aa2", "aa2"),
        (r"(a)|b\1", "", "b", "b"),
        (r"(a*)*\1$", "", "aa", "aa"),
        (r"^(.*)\n\1$", "", "ab\nab", "ab\nab"),
    ],
)
def test_patterns_find_what_backtracking_would(pattern, flags, text, found):
    match = compile_pattern(pattern, flags).search(text, free)
    assert match is not None
    assert match.groups[0] == found


@pytest.mark.parametrize(
    ("pattern", "flags", "text"),
    [("a.c", "", "a\nc"), ("[^q]", "i", "Q"), ("^b", "", "ab"), (r"\S", "", " \n"), ("x", "", "")],
)
def test_patterns_do_not_find_what_is_not_there(pattern, flags, text):
    assert compile_pattern(pattern, flags).search(text, free) is None


@pytest.mark.parametrize(
    "pattern",
    [
        "(",
        "a)",
        "[",
        "[]",
        "a**",
        "*a",
        "a{2,1}",
        "a{99999}",
        r"\q",
        r"(a)\2",
        r"(a\1)",
        r"\1(a)",
        r"(a)[\1]",
        r"(a)\0",
        "(?=a)",
        r"\p{Nonsense}",
        "a" * 2_001,
        "[" + "a" * 10_000 + "]",
    ],
)
def test_what_is_no_pattern_is_refused(pattern):
    with pytest.raises(PatternError):
        compile_pattern(pattern)


def test_groups_keep_their_last_text():
    match = compile_pattern("(a|b)+(c)?").search("xab", free)
    assert match is not None
    assert match.groups == ("ab", "b", None)


def test_exponential_patterns_take_linear_time():
    start = time.process_time()
    assert compile_pattern("(a|a)*(a+)+$").search("a" * 200 + "!", free) is None
    assert time.process_time() - start < 2


@pytest.mark.parametrize("pattern", [r"(a|aa)*(a|aa)*\\1b", r"(a*)*(a*)*\\1b", r"(.*)(.*)(.*)(.*)\\1\\2\\3\\4x"])
def test_patterns_that_look_back_are_stopped_by_the_budget(pattern):
    assert run_error(f'matches("{"a" * 60}", "{pattern}")').code == "feel.budget.steps"


def test_alternatives_of_nothing_cost_what_they_take():
    pattern = "(" + "|".join(["()"] * 300) + ")x"
    assert run_error("matches(text, pattern)", {"text": "a" * 100_000, "pattern": pattern}).code == "feel.budget.steps"


def test_long_texts_are_stopped_by_the_budget():
    error = run_error('matches(text, "(a|aa)*b")', {"text": "a" * 300_000})
    assert isinstance(error, FeelRuntimeError)
    assert error.code == "feel.budget.steps"

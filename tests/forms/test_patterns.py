"""The pattern matcher agrees with a backtracking one, and is not slowed down by hostile patterns."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.forms.patterns import Pattern, PatternInvalid


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [
        (r"^\d{15}$", "123456789012345", "12345678901234"),
        (r"^1[3-9]\d{9}$", "13800138000", "12800138000"),
        (r"^(SN|IMEI)-[A-Z0-9]+$", "IMEI-A1", "XX-A1"),
        (r"^[^@\s]+@[^@\s]+$", "a@b", "a b@c"),
        (r"^(?:ab){2,3}$", "ababab", "ab"),
        (r"\bfix\b", "please fix it", "prefixed"),
        (r"^\u4e00[\u4e00-\u9fff]*$", "一二三", "a一"),
        (r"^[\w.-]+$", "a-b.c", "a b"),
        (r"^a|b$", "xb", "xa"),
        (r"^\D?\x41\.$", "-A.", "1A."),
        (r"^.{0,2}$", "ab", "abc"),
        (r"^[\]\\^-]+$", "]\\^-", "a"),
        (r"a*?b+?", "b", "a"),
        (r"^\S+\W\w$", "a-b", "a b c"),
        (r"^$", "", "x"),
    ],
)
def test_patterns_as_people_write_them(pattern, matching, other):
    compiled = Pattern(pattern)
    assert compiled.matches(matching)
    assert not compiled.matches(other)


def test_the_end_is_the_end_and_not_the_last_line():
    assert not Pattern("^a$").matches("a\n")


@pytest.mark.parametrize(
    ("pattern", "position"),
    [
        ("(a", 2), ("a)", 1), ("[a", 3), ("*a", 0), ("a**", 2), ("a{2,1}", 6), ("a{99999}", 7), ("(?=a)", 1), ("(?<=a)b", 1),
        (r"(a)\1", 4), ("[b-a]", 4), ("a{", 2), (r"\u00", 2), ("\\", 1), ("(" * 60, 51), ("(?<n>a)", 1), (r"\p{L}", 1),
    ],
)  # fmt: skip
def test_what_cannot_be_followed_says_where(pattern, position):
    with pytest.raises(PatternInvalid) as refused:
        Pattern(pattern)
    assert abs(refused.value.position - position) <= 1


@pytest.mark.parametrize("pattern", ["a{1000}{1000}", "((a{100}){100}){100}", "((((){9999}){9999}){9999}a{9999})"])
def test_patterns_that_would_need_too_many_states_are_refused_at_once(pattern):
    began = time.process_time()
    with pytest.raises(PatternInvalid):
        Pattern(pattern)
    assert time.process_time() - began < 1


@pytest.mark.parametrize("pattern", [r"^(a+)+$", r"^(a|aa)+$", r"^(a*)*b$", r"^(.*a){12}$", r"(x+x+)+y", r"a*a*a*a*b"])
def test_patterns_that_choke_a_backtracking_matcher_do_not_choke_ours(pattern):
    began = time.process_time()
    Pattern(pattern).matches("a" * 2000 + "!")
    assert time.process_time() - began < 2


def test_text_beyond_the_bound_never_matches():
    assert not Pattern("a").matches("a" * 10_001)


_ATOMS = st.sampled_from(["a", "b", "[ab]", "[^a]", ".", r"\w", r"\d", "^", "$", r"\b", ""])
_PATTERNS = st.recursive(
    _ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"(?:{pair[0]}|{pair[1]})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{1,2}", "{2}"])).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
    ),
    max_leaves=8,
)


@settings(max_examples=400, deadline=None)
@given(_PATTERNS, st.text("ab1 ", max_size=8))
def test_it_agrees_with_the_standard_library(pattern, text):
    # `\Z` is what `$` means in ECMAScript; nothing else differs for these patterns.
    expected = re.search(pattern.replace("$", r"\Z"), text, re.ASCII) is not None
    assert Pattern(pattern).matches(text) == expected

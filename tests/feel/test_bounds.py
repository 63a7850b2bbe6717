"""Every expression written to do harm ends within a second of CPU and 64 MB, its result written as a variable.

The system itself watches (tests/bounded.py), so that nothing is overlooked that FEEL's own budget does not count.
"""

import pytest

from tests.bounded import outcomes

TEXT = "a" * 90_000
LIST = list(range(10_000))
DEEP = {"a": None}
for _ in range(150):
    DEEP = {"a": DEEP, "b": [1]}
CONTEXT = {"text": TEXT, "xs": LIST, "deep": DEEP, "ys": LIST[:300], "s": "abc", "n": 7}
BOMB = "(for i in 1..40 return [partial, partial])"
BIG = "(for i in 1..9000 return i)"

HOSTILE = {
    # endless ranges
    "an endless range": "for i in 1..10**12 return i",
    "a range of more digits than anybody counts": "for i in 1..10**6000 return i",
    "nested ranges": "for i in 1..30000, j in 1..30000, k in 1..30000 return 1",
    "an endless quantifier": "some x in 1..10**9 satisfies x < 0",
    "every day of the calendar": 'for d in @"0001-01-01"..@"9999-12-31" return d',
    "every day of the standard": 'for d in date("-999999999-01-01")..date("999999999-12-31") return d',
    "a range written as a text": 'count(for i in range("[1..999999999]") return i)',
    "an endless filter": "count((1..10**9)[item > 0])",
    "a loop of a loop's results": "for i in 1..2000 return count(partial)",
    # deep nesting
    "brackets": "(" * 45_000 + "1" + ")" * 45_000,
    "lists": "[" * 45_000,
    "contexts": "{a:" * 30_000,
    "conditions": "if a then " * 9000,
    "functions": "function(x) " * 8000,
    "negations": "not(" * 20_000,
    "minus signs": "-" * 90_000 + "1",
    "members": "deep" + ".a" * 45_000,
    "types": "n instance of " + "list<" * 18_000,
    "a long sum": "1" + "+1" * 49_000,
    "a long junction": "n = 7 and " * 9000 + "true",
    "filters of filters": "xs" + "[item > 0]" * 9000,
    "a function that calls itself": "{f: function(g) g(g), r: f(f)}.r",
    "a function that calls itself in two ways": "{f: function(g, n) [g(g, n + 1), g(g, n + 1)], r: f(f, 0)}.r",
    "a variable nested deeply": "deep = deep",
    "a text of nested JSON": 'from json("' + "[" * 40_000 + "]" * 40_000 + '")',
    # texts that grow
    "doubling": "{a: text, b: " + "+".join("a" * 40) + ", c: " + "+".join("b" * 40) + "}",
    "doubling in a loop": "for i in 1..60 return if count(partial) = 0 then s else partial[-1] + partial[-1]",
    "joined": 'string join(for i in 1..9000 return text, "")',
    "joined by a long text": 'string join(for i in 1..9000 return "", text)',
    "joined within long texts": 'for i in 1..2000 return string join(["a"], "", text, text)',
    "replaced by more": 'replace(text, "a", "' + "b" * 5000 + '")',
    "replaced by what was found": 'replace(text, "(a+)", "' + "$1" * 2000 + '")',
    "split everywhere": 'for i in 1..500 return split(text, "a")',
    "upper case again and again": "for i in 1..9000 return upper case(text)",
    "parts again and again": "for i in 1..9000 return substring(text, 2)",
    "looked for again and again": 'for i in 1..90000 return contains(text, "ab")',
    "numbers of thousands of digits": "string(for i in 1..9000 return 10 ** 6000)",
    "a number of thousands of digits": "string(10 ** 6000)",
    "decimals of thousands of digits": "for i in 1..9000 return decimal(1 / 3, 6000)",
    "base64": "for i in 1..9000 return to base64(text)",
    "JSON of a text": "for i in 1..900 return to json(text)",
    "a text read as a number": "for i in 1..9000 return number(text)",
    "a zone of thousands of letters": 'date and time("2024-01-01T00:00:00@' + "A/" * 20_000 + '")',
    # patterns
    "an exponential pattern": 'matches(text + "!", "^(a+)+$")',
    "alternatives that agree": 'matches(text + "!", "^(a|aa)+$")',
    "many stars": 'matches(text, "a*a*a*a*a*a*a*a*b")',
    "repetitions of repetitions": 'matches("a", "(((((a{1000}){1000}){1000}){1000}){1000})")',
    "a group that is repeated": 'matches(text, "^(a*)*\\\\1*b")',
    "groups that refer back": 'matches(text, "(a+)(a+)(a+)\\\\1\\\\2\\\\3b")',
    "a pattern as long as a text": "matches(s, text)",
    "brackets in a pattern": 'matches("a", "' + "(" * 30_000 + '")',
    "everything extracted": 'extract(text, "a?")',
    # numbers
    "a huge power": "9999999 ** 9999999",
    "powers of powers": "10 ** 6000 * 10 ** 6000",
    "an exponential": "exp(1000000)",
    "a root of much": "sqrt(10 ** 6000) ** 0.000001",
    "many powers": "for i in 1..90000 return 1.000001 ** 0.123456789",
    "a literal of many digits": "9" * 99_000,
    "an exponent of many digits": "1e" + "9" * 90_000,
    "rounding to thousands of places": "for i in 1..9000 return round half up(1 / 3, 6000)",
    "a remainder": "modulo(10 ** 6000, 3)",
    # shared structure
    "a list that holds itself twice": BOMB,
    "compared": f"{BOMB} = {BOMB}",
    "flattened": f"flatten({BOMB})",
    "written": f"string({BOMB})",
    "written as JSON": f"to json({BOMB})",
    "found": f"list contains({BOMB}, {BOMB})",
    "made distinct": f"distinct values([{BOMB}, {BOMB}])",
    "concatenated": "for i in 1..40 return concatenate(partial, partial, [i])",
    "a context that holds itself twice": "for i in 1..40 return {a: partial, b: partial}",
    "contexts put into contexts": 'for i in 1..9000 return context put({a: partial}, "b", partial)',
    "contexts merged": "for i in 1..900 return context merge([deep, {b: partial}])",
    "entries of entries": "for i in 1..300 return get entries({a: partial})",
    "an iterated type": f"{BOMB} instance of list<list<list<list<list<Any>>>>>",
    # lists
    "sorted by a liar": "sort(xs, function(a, b) modulo(a * 7 + b * 13, 5) < 2)",
    "sorted by always": "sort(xs, function(a, b) true)",
    "sorted by a loop": f"sort(ys, function(a, b) count({BIG}) > 0)",
    "sorted again and again": "for i in 1..900 return sort(xs)",
    "replaced one by one": "list replace(xs, function(item, new) count(xs) > 0, 1)",
    "replaced in a loop": "for i in 1..9000 return list replace(xs, 1, i)",
    "partitioned": "for i in 1..900 return partition(xs, 1)",
    "every pair": "count(xs[count(xs[item > 1]) > 0])",
    "duplicates of different": f"duplicate values({BIG})",
    "distinct of different": f"distinct values({BIG})",
    "a union of unions": "for i in 1..900 return union(xs, xs)",
    "inserted one by one": "for i in 1..9000 return insert before(xs, 1, i)",
    "reversed again and again": "for i in 1..9000 return reverse(xs)",
    "a mode of different": f"mode({BIG})",
    "a list appended to itself": "for i in 1..9000 return append(partial, i)",
    "a large literal": "[" + "1," * 45_000 + "1]",
    "a large context": "{" + ",".join(f"k{n}: {n}" for n in range(9000)) + "}",
    # dates and durations
    "a duration beyond everything": 'duration("P99999999999999999999D")',
    "durations multiplied": 'duration("P9999999999D") * 10 ** 30',
    "a date beyond everything": 'date("999999999-12-31") + duration("P999999999M")',
    "a date of a huge number": "date(10 ** 3000, 1, 1)",
    "months of the standard": 'years and months duration(date("-999999999-01-01"), date("999999999-12-31"))',
    "days of the standard": 'date("999999999-12-31") - date("-999999999-01-01")',
    "dates in a loop": 'for i in 1..90000 return date("2024-01-01") + duration("P1D") * i',
    "weeks of the standard": 'week of year(date("-999999999-01-01"))',
}


@pytest.fixture(scope="module")
def ended():
    return outcomes("feel", {name: [source, CONTEXT] for name, source in HOSTILE.items()})


@pytest.mark.parametrize("name", HOSTILE)
def test_it_ends_within_its_bounds_with_a_value_or_a_reason(ended, name):
    assert ended[name].harmless, ended[name]
    assert ended[name].said == "value" or ended[name].said.startswith("feel."), ended[name]


def test_looking_up_for_an_incident_what_was_used_is_bounded_too():
    ended = outcomes("evidence", {name: [source, CONTEXT] for name, source in HOSTILE.items()})
    assert {name: outcome for name, outcome in ended.items() if not outcome.harmless} == {}

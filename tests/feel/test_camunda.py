"""What the editors of Camunda 8 complete exists here, with the parameters they name and with the same meaning.

The list follows version 1.4.1 of their package @camunda/feel-builtins. Where it disagrees with the compatibility
kit of the standard, as on a key that `context(…)` is given twice or on `abs(number: 1)`, the kit decides.
"""

import re

import pytest

from app.feel import render
from app.feel.builtins import BUILTINS
from tests.feel.evaluating import value_of

COMPLETED = """
abs(n) | after(point, range) | after(point1, point2) | after(range, point)
after(range1, range2) | all(list) | any(list) | append(list, items) | assert(value, condition)
assert(value, condition, cause) | before(point, range) | before(point1, point2) | before(range, point)
before(range1, range2) | ceiling(n) | ceiling(n, scale) | coincides(point1, point2)
coincides(range1, range2) | concatenate(lists) | contains(string, match) | context merge(contexts)
context put(context, key, value) | context put(context, keys, value) | context(entries) | count(list)
date and time(date, time) | date and time(date, timezone) | date and time(from) | date(from)
date(year, month, day) | day of week(date) | day of year(date) | decimal(n, scale) | distinct values(list)
duplicate values(list) | duration(from) | during(point, range) | during(range1, range2)
ends with(string, match) | even(number) | exp(number) | extract(string, pattern) | finished by(range, point)
finished by(range1, range2) | finishes(point, range) | finishes(range1, range2) | flatten(list) | floor(n)
floor(n, scale) | from base64(value) | from json(value) | fromAi(value) | fromAi(value, description)
fromAi(value, description, type) | fromAi(value, description, type, schema)
fromAi(value, description, type, schema, options) | get entries(context) | get or else(value, default)
get value(context, key) | get value(context, keys) | includes(range, point) | includes(range1, range2)
index of(list, match) | insert before(list, position, newItem) | is blank(string) | is defined(value)
is empty(list) | last day of month(date) | list contains(list, element) | log(number) | lower case(string)
matches(input, pattern) | matches(input, pattern, flags) | max(list) | mean(list) | median(list)
meets(range1, range2) | met by(range1, range2) | min(list) | mode(list) | modulo(dividend, divisor)
month of year(date) | not(negand) | now() | number(from) | number(from, grouping separator)
number(from, grouping separator, decimal separator) | odd(number) | overlaps after(range1, range2)
overlaps before(range1, range2) | overlaps(range1, range2) | partition(list, size) | product(list)
random number() | remove(list, position) | replace(input, pattern, replacement)
replace(input, pattern, replacement, flags) | reverse(list) | round down(n, scale)
round half down(n, scale) | round half up(n, scale) | round up(n, scale) | sort(list, precedes)
split(string, delimiter) | sqrt(number) | started by(range, point) | started by(range1, range2)
starts with(string, match) | starts(point, range) | starts(range1, range2) | stddev(list)
string join(list) | string join(list, delimiter) | string join(list, delimiter, prefix, suffix)
string length(string) | string(from) | sublist(list, start position) | sublist(list, start position, length)
substring after(string, match) | substring before(string, match) | substring(string, start position)
substring(string, start position, length) | sum(list) | time(from) | time(hour, minute, second)
time(hour, minute, second, offset) | to base64(value) | to json(value) | today() | trim(string)
union(list) | upper case(string) | uuid() | week of year(date) | years and months duration(from, to)
"""
CALLS = [call for line in COMPLETED.split("\n") if line for call in line.split(" | ")]


@pytest.mark.parametrize("call", CALLS)
def test_every_function_that_the_editors_complete_can_be_called_with_their_parameters(call):
    name, parameters = re.fullmatch(r"([^(]+)\((.*)\)", call).groups()
    given = dict.fromkeys(parameters.split(", ") if parameters else [])
    named = [overload.named(given) for overload in BUILTINS[name].overloads]
    assert [None] * len(given) in named


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("is defined(nobody.nothing)", "false"),
        ("is defined()", "null"),
        ('get or else(nobody, "default")', "default"),
        ('get value({a: {b: 3}}, ["b"])', "null"),
        ('context put({x: 1}, ["y", "z"], 2)', "{x: 1, y: {z: 2}}"),
        ('context put({x: 1}, "x", 2)', "{x: 2}"),
        ("context merge([{x: 1, y: 0}, {y: 2}])", "{x: 1, y: 2}"),
        ('number("1,500", ",")', "1500"),
        ('date and time("2018-04-29T09:30:00+02:00[Europe/Berlin]")', "2018-04-29T09:30:00@Europe/Berlin"),
        ('date and time("2018-10-28T02:30:00+01:00[Europe/Berlin]") - @"2018-10-28T00:30:00Z"', "PT1H"),
        ('date and time("2018-04-29T09:30:00+02:00[Nowhere]")', "null"),
        ('time("T23:59:00")', "23:59:00"),
        ('date and time(@"2020-07-31T14:27:30@Europe/Berlin", "America/Los_Angeles")',
         "2020-07-31T05:27:30@America/Los_Angeles"),
        ('date and time(@"2020-07-31T14:27:30", "Z")', "2020-07-31T06:27:30Z"),
        ('date and time(@"2020-07-31T14:27:30Z", "+05:30")', "2020-07-31T19:57:30+05:30"),
        ('to json(@"2025-11-24T10:00:00@Europe/Berlin")', '"2025-11-24T10:00:00+01:00[Europe/Berlin]"'),
        ('to json(@"2025-11-24T10:00:00+08:00")', '"2025-11-24T10:00:00+08:00"'),
        ('to json({a: @"2023-06-14", b: [@"P3Y", null]})', '{"a":"2023-06-14","b":["P3Y",null]}'),
        ('from json("{\\"a\\": [1, true]}")', "{a: [1, true]}"),
        ("duplicate values([1, 2, 3, 2, 1])", "[1, 2]"),
        ('string join(["a", null, "c"], ", ", "[", "]")', "[a, c]"),
        ('string join(["a", 1])', "null"),
        ("partition([1, 2, 3, 4, 5], 2)", "[[1, 2], [3, 4], [5]]"),
        ("partition([], 2)", "[]"),
        ("partition([1, 2], 0)", "null"),
        ('extract("references are 1234, 1256, 1378", "12[0-9]*")', '["1234", "1256"]'),
        ('extract("none", "[0-9]")', "[]"),
        ('trim("  hello   world ")', "hello   world"),
        ('is blank("")', "true"),
        ("is empty([[]])", "false"),
        ('from base64(to base64("修理"))', "修理"),
        ('from base64("%")', "null"),
        ('last day of month(date and time("2022-10-16T12:00:00"))', "2022-10-31"),
        ("string length(uuid())", "36"),
        ('fromAi(value: 3, type: "number")', "3"),
        ("append(list: [1], items: 2)", "[1, 2]"),
        ('split("a;b;c;;", ";")', '["a", "b", "c", "", ""]'),
        ('replace("0123456789", "(\\d{3})(\\d{3})(\\d{4})", "($1) $2-$3")', "(012) 345-6789"),
    ],
)  # fmt: skip
def test_functions_mean_what_they_mean_in_camunda(source, expected):
    assert render(value_of(source)) == expected

"""Reading the values of test files, and comparing them with answers."""

from decimal import Decimal

import pytest
from lxml import etree

from app.feel import compile_expression
from tests.conformance.tck.comparison import same
from tests.conformance.tck.values import Plain, plain, read, temporal

NAMESPACES = (
    'xmlns="http://www.omg.org/spec/DMN/20160719/testcase" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)


def given(body: str) -> Plain:
    return read(etree.fromstring(f"<expected {NAMESPACES}>{body}</expected>"))


def answer(expression: str) -> Plain:
    return plain(compile_expression(expression).evaluate({}))


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("", None),
        ('<value xsi:nil="true"/>', None),
        ('<value xsi:type="xsd:string"/>', ""),
        ('<value xsi:type="xsd:string"> a </value>', " a "),
        ('<value xsi:type="xsd:decimal"> 1.50 </value>', Decimal("1.5")),
        ('<value xsi:type="xsd:double">1e3</value>', Decimal(1000)),
        ('<value xsi:type="xsd:boolean">true</value>', True),
        ('<value xsi:type="xsd:boolean">0</value>', False),
        ("<list/>", []),
        ('<list><item><value xsi:nil="true"/></item><item><list/></item></list>', [None, []]),
        (
            '<component name="a  b"><value xsi:nil="true"/></component><component name="c"><list/></component>',
            {"a b": None, "c": []},
        ),
    ],
)
def test_values_are_read_as_the_suite_writes_them(body: str, value: Plain) -> None:
    assert given(body) == value


@pytest.mark.parametrize(
    ("kind", "text", "expression"),
    [
        ("date", "2026-02-03", 'date("2026-02-03")'),
        ("time", "10:20:30Z", 'time("10:20:30+00:00")'),
        ("time", "10:20:30.500", 'time("10:20:30.5")'),
        ("dateTime", "2026-02-03T10:20:30+01:00", 'date and time("2026-02-03T10:20:30+01:00")'),
        ("duration", "PT90M", 'duration("PT1H30M")'),
        ("duration", "-P1Y2M", 'duration("-P14M")'),
    ],
)
def test_dates_times_and_durations_are_compared_by_value(kind: str, text: str, expression: str) -> None:
    assert same(given(f'<value xsi:type="xsd:{kind}">{text}</value>'), answer(expression))


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        (Decimal(1), "1"),
        (None, False),
        (None, []),
        (True, Decimal(1)),
        ([Decimal(1)], Decimal(1)),
        ([Decimal(1), Decimal(2)], [Decimal(2), Decimal(1)]),
        ([Decimal(1)], [Decimal(1), Decimal(1)]),
        ({"a": None}, {}),
        ({"a": None}, {"a": None, "b": None}),
        ({"a": "x"}, {"a": "y"}),
        (Decimal(1), Decimal("1.0000001")),
    ],
)
def test_kinds_lengths_orders_and_keys_must_agree(expected: Plain, found: Plain) -> None:
    assert not same(expected, found)
    assert not same(found, expected)


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ('<value xsi:type="xsd:time">10:20:30</value>', 'time("10:20:30Z")'),
        ('<value xsi:type="xsd:time">10:20:30+01:00</value>', 'time("09:20:30Z")'),
        ('<value xsi:type="xsd:date">2026-02-03</value>', 'date and time("2026-02-03T00:00:00")'),
        ('<value xsi:type="xsd:duration">P12M</value>', 'duration("P365D")'),
        ('<value xsi:type="xsd:duration">PT0S</value>', 'duration("P0M")'),
        ('<value xsi:type="xsd:string">2026-02-03</value>', 'date("2026-02-03")'),
    ],
)
def test_an_offset_and_a_kind_of_duration_are_part_of_the_value(text: str, expression: str) -> None:
    assert not same(given(text), answer(expression))


def test_numbers_may_differ_by_the_tolerance_of_the_suite() -> None:
    assert same(Decimal("0.333333333"), Decimal(1) / 3)
    assert same(Decimal(10) ** 20, Decimal(10) ** 20 + 1)


def test_a_billionth_of_a_second_is_not_cut_off_by_the_reader() -> None:
    fine, coarse = (temporal("time", f"10:20:30.123456{rest}") for rest in ("789", ""))
    assert not same(fine, coarse)
    assert fine.parts[2] == Decimal("30.123456789")


def test_a_function_or_a_range_is_equal_to_nothing_that_can_be_expected() -> None:
    assert not same(None, answer("function(x) x"))
    assert not same([Decimal(1), Decimal(2)], answer("[1..2]"))


@pytest.mark.parametrize(("kind", "text"), [("date", "soon"), ("duration", "P1Y2D"), ("dateTime", "noon")])
def test_a_value_that_cannot_be_read_is_never_guessed(kind: str, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        given(f'<value xsi:type="xsd:{kind}">{text}</value>')

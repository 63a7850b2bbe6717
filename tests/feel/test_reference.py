"""Every function can be looked up: signature, sentence in both languages, examples that run."""

import pytest

from app.calendars import build, register_functions
from app.feel import Environment, FunctionRegistry, compile_expression
from app.feel.builtins import BUILTINS, signature
from app.feel.reference import GROUPS, documented, example_result, written
from tests.feel.evaluating import NOW, value_of
from tests.feel.test_catalogue import catalogue

BUILT_IN = documented(FunctionRegistry())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_built_in_has_a_sentence_and_every_group_a_name(language):
    texts = catalogue(language)
    wanted = {one.sentence for one in BUILT_IN} | {f"feel.group.{name}" for name in GROUPS}
    described = {code for code in texts if code.startswith(("feel.builtin.", "feel.group."))}
    assert described == wanted
    assert [code for code in described if not texts[code]] == []


@pytest.mark.parametrize("function", BUILT_IN, ids=lambda one: one.name)
def test_examples_show_every_signature(function, monkeypatch):
    used = []
    apply = signature._apply
    monkeypatch.setattr(signature, "_apply", lambda overload, *rest: used.append(overload) or apply(overload, *rest))
    results = [value_of(example) for example in function.examples]
    assert [one.text for one in BUILTINS[function.name].overloads if one not in used] == []
    assert any(result is not None for result in results)


@pytest.mark.parametrize("function", BUILT_IN, ids=lambda one: one.name)
def test_examples_give_no_warning(function):
    for example in function.examples:
        assert compile_expression(example).examine({}).warnings == ()


def test_a_signature_reads_as_one_writes_it():
    shown = {one.name: [each.text for each in one.signatures] for one in BUILT_IN}
    assert shown["substring"] == ["substring(string: string, start position: number, length?: number): string"]
    assert shown["append"][0] == "append(list…: Any): list"
    assert shown["get entries"] == ["get entries(context: context): list<context<key: string, value: Any>>"]


def test_functions_of_the_host_come_first_and_are_as_complete():
    registry = FunctionRegistry()
    calendar = build("Asia/Shanghai", "CN")
    register_functions(registry, lambda: calendar)
    environment = Environment(now=lambda: NOW, zone=calendar.zone, functions=registry)
    due = documented(registry)[0]
    assert (due.name, due.group, due.sentence) == ("due", "host", "calendars.function.due")
    assert example_result(due.examples[0], environment) == '@"2026-11-23T12:00:00+08:00"'


@pytest.mark.parametrize(
    "source",
    [
        "null", '"a \\"quoted\\" text"', "-1.50", '[1, "x", null]', '{a: 1, "serial-no": [true]}', "[1..5)", '"two\\nlines"',
        '@"2026-03-31"', '{on: @"2026-03-31T08:00:00Z", "for": @"PT2H"}',
    ],
)  # fmt: skip
def test_what_is_written_can_be_read_again(source):
    value = value_of(source)
    assert value_of(written(value)) == value

"""Values from outside become plain JSON before anything is stored."""

import datetime as dt
from decimal import Decimal

import pytest

from app import engine
from app.engine.plain import plain
from app.engine.queries import detail
from app.errors import Invalid
from tests.conftest import both_databases
from tests.engine.conftest import ADMIN, ANNA, open_tasks
from tests.engine.diagrams import END, START, bpmn, chain, service, user


def test_numbers_and_dates_of_python_become_json():
    given = {"a": Decimal("1.50"), "b": Decimal(3), "c": dt.date(2026, 3, 11), "d": {2, 1}, "e": (1, None)}
    assert plain(given) == {"a": 1.5, "b": 3, "c": "2026-03-11", "d": [1, 2], "e": [1, None]}


@pytest.mark.parametrize("name", ["", "#items", "x" * 201, "a\0b"])
def test_names_that_cannot_be_stored_are_refused(name):
    with pytest.raises(Invalid):
        plain({name: 1})


@pytest.mark.parametrize("value", [object(), 2**70, b"x"])
def test_what_json_cannot_say_is_refused(value):
    with pytest.raises(Invalid):
        plain({"x": value})


def test_a_handler_that_changes_what_it_was_given_changes_nothing_but_its_copy(app, deploy):
    def handler(context):
        context.variables["parts"].append("ghost")
        context.variables["customer"]["name"] = "ghost"
        return {}

    engine.register_handler(app, "test.do", handler)
    deploy(("work.bpmn", bpmn("work", chain(START, service("do", "test.do"), user("after"), END))))
    given = {"parts": ["screen"], "customer": {"name": "Zhou"}}
    key = engine.start_instance(ANNA, "work", given).key
    engine.run_due(app)
    engine.complete_task(ANNA, open_tasks(key)["after"].key, {})
    assert detail.instance_variables(ADMIN, key) == {"parts": ["screen"], "customer": {"name": "Zhou"}}
    assert given == {"parts": ["screen"], "customer": {"name": "Zhou"}}


@both_databases
def test_a_nul_character_in_a_value_is_kept(deploy):
    deploy(("one.bpmn", bpmn("one", chain(START, user("u"), END))))
    key = engine.start_instance(ANNA, "one", {"text": "a\0b"}).key
    assert detail.instance_variables(ADMIN, key) == {"text": "a\0b"}


def test_an_id_longer_than_its_column_is_refused_at_the_gate(app):
    long = bpmn("one", chain(START, user("u" * 121), END))
    assert [one.code for one in engine.lint([engine.File("one.bpmn", long)]).errors][:1] == ["engine.id_too_long"]

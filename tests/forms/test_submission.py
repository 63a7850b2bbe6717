"""What the server stores of a submission, and what it answers at which field."""

import pytest

from tests.forms.building import clean, component, errors, form, message

REQUIRED = {"validate": {"required": True}}


def test_unknown_keys_are_dropped():
    assert clean(form(component("textfield", "serial")), {"serial": "A1", "approved": True}) == {"serial": "A1"}


def test_what_is_not_sent_is_not_stored():
    assert clean(form(component("textfield", "serial")), {}) == {}


def test_a_cleared_field_is_stored_as_null():
    assert clean(form(component("number", "months")), {"months": None}) == {"months": None}


@pytest.mark.parametrize("value", [None, "", "   "])
def test_a_required_text_must_say_something(value):
    built = form(component("textfield", "serial", **REQUIRED))
    assert errors(built, {"serial": value}) == {"serial": ["forms.required"]}


def test_a_required_field_that_is_not_sent_is_missing():
    assert errors(form(component("number", "n", **REQUIRED)), {}) == {"n": ["forms.required"]}


def test_zero_is_a_value():
    assert clean(form(component("number", "n", **REQUIRED)), {"n": 0}) == {"n": 0}


def test_a_required_box_must_be_ticked():
    built = form(component("checkbox", "agreed", **REQUIRED))
    assert errors(built, {"agreed": False}) == {"agreed": ["forms.must_be_checked"]}
    assert clean(built, {"agreed": True}) == {"agreed": True}


def test_a_hidden_field_is_neither_checked_nor_stored():
    built = form(
        component("checkbox", "broken"),
        component("textfield", "damage", conditional={"hide": "=broken != true"}, **REQUIRED),
    )
    assert clean(built, {"broken": False, "damage": "scratch"}) == {"broken": False}
    assert errors(built, {"broken": True}) == {"damage": ["forms.required"]}
    assert clean(built, {"broken": True, "damage": "scratch"}) == {"broken": True, "damage": "scratch"}


def test_an_ill_typed_hidden_field_does_no_harm():
    built = form(component("number", "n", conditional={"hide": "=true"}))
    assert clean(built, {"n": "many"}) == {}


def test_a_hidden_group_hides_what_is_inside():
    inner = component("textfield", "name", **REQUIRED)
    built = form(component("group", components=[inner], conditional={"hide": "=true"}))
    assert clean(built, {"name": "x"}) == {}


def test_conditions_see_the_variables_of_the_case():
    built = form(component("textfield", "note", conditional={"hide": '=case.priority = "P1"'}))
    assert clean(built, {"note": "x"}, case={"priority": "P1"}) == {}
    assert clean(built, {"note": "x"}, case={"priority": "P2"}) == {"note": "x"}


def test_only_true_hides():
    for condition in ("=missing", "=null", '="yes"', "=1"):
        assert clean(form(component("textfield", "t", conditional={"hide": condition})), {"t": "x"}) == {"t": "x"}


@pytest.mark.parametrize("lock", [{"readonly": True}, {"disabled": True}, {"readonly": "=locked"}])
def test_a_locked_field_cannot_be_overwritten(lock):
    built = form(component("number", "price", **lock))
    assert clean(built, {"price": 1}, price=300, locked=True) == {}


def test_expressions_see_the_true_value_of_a_locked_field():
    built = form(
        component("number", "price", readonly=True),
        component("textfield", "reason", conditional={"hide": "=price < 100"}, **REQUIRED),
    )
    assert errors(built, {"price": 1}, price=300) == {"reason": ["forms.required"]}


def test_an_expression_field_is_computed_here_whatever_was_sent():
    built = form(
        component("number", "qty"),
        component("number", "price"),
        component("expression", "total", expression="=qty * price"),
    )
    assert clean(built, {"qty": 3, "price": 2.5, "total": 0.01}) == {"qty": 3, "price": 2.5, "total": 7.5}


def test_expression_fields_may_build_upon_later_ones():
    built = form(
        component("expression", "gross", expression="=net * 2"),
        component("expression", "net", expression="=qty + 1"),
        component("number", "qty"),
    )
    assert clean(built, {"qty": 1}) == {"gross": 4, "net": 2, "qty": 1}


def test_expression_fields_that_feed_each_other_come_to_an_end():
    built = form(
        component("expression", "a", expression="=(if b = null then 0 else b) + 1"),
        component("expression", "b", expression="=a"),
    )
    assert set(clean(built, {})) == {"a", "b"}


def test_an_expression_that_fails_is_a_message_at_its_field():
    endless = "=count(for a in 1..100000, b in 1..100000 return a)"
    assert errors(form(component("expression", "e", expression=endless)), {}) == {
        "e": ["forms.expression_failed", "feel.budget.steps"]
    }
    built = form(component("textfield", "t", conditional={"hide": endless + " > 1"}))
    assert errors(built, {"t": "x"}) == {"t": ["forms.expression_failed", "feel.budget.steps"]}


def test_dots_in_keys_make_objects():
    built = form(component("textfield", "customer.name"), component("textfield", "customer.address.city"))
    data = {"customer": {"name": "Li", "address": {"city": "Hangzhou", "zip": "x"}}}
    assert clean(built, data) == {"customer": {"name": "Li", "address": {"city": "Hangzhou"}}}


def test_an_object_shown_in_part_keeps_the_rest():
    built = form(component("textfield", "customer.name"))
    before = {"id": 7, "name": "old"}
    assert clean(built, {"customer": {"name": "Li", "id": 8}}, customer=before) == {"customer": {"id": 7, "name": "Li"}}
    assert before == {"id": 7, "name": "old"}


def test_a_group_path_is_part_of_the_place():
    built = form(component("group", path="customer", components=[component("textfield", "phone", **REQUIRED)]))
    assert errors(built, {"customer": {}}) == {"customer.phone": ["forms.required"]}
    assert clean(built, {"customer": {"phone": "1"}}) == {"customer": {"phone": "1"}}
    assert errors(built, {"customer": "Li"}) == {"customer.phone": ["forms.not_object"]}


PARTS = {
    "path": "parts",
    "components": [component("textfield", "sku", id="sku", **REQUIRED), component("number", "qty", id="qty")],
}


def test_each_row_of_a_list_is_checked():
    built = form(component("dynamiclist", **PARTS))
    assert clean(built, {"parts": [{"sku": "A", "qty": 2, "price": 0}, {"sku": "B"}]}) == {
        "parts": [{"sku": "A", "qty": 2}, {"sku": "B"}]
    }
    assert errors(built, {"parts": [{"sku": "A", "qty": "x"}, {"qty": 1}]}) == {
        "parts.0.qty": ["forms.not_number"],
        "parts.1.sku": ["forms.required"],
    }


def test_an_error_path_leads_to_its_component():
    built = form(component("dynamiclist", **PARTS), component("textfield", "customer.name", id="name"))
    assert built.element_id("parts.1.sku") == "sku"
    assert built.element_id("customer.name") == "name"
    assert built.element_id("nothing") is None


@pytest.mark.parametrize("value", ["x", {}, 3, True])
def test_a_list_must_be_a_list(value):
    assert errors(form(component("dynamiclist", **PARTS)), {"parts": value}) == {"parts": ["forms.not_list"]}


def test_a_row_must_be_an_object():
    assert errors(form(component("dynamiclist", **PARTS)), {"parts": ["A"]}) == {"parts.0": ["forms.not_object"]}


def test_too_many_rows_are_refused():
    built = form(component("dynamiclist", **PARTS))
    assert errors(built, {"parts": [{"sku": "A"}] * 501}) == {"parts": ["forms.too_many_rows"]}


def test_conditions_in_a_row_see_the_row_its_number_and_what_is_around():
    inner = [
        component("number", "qty", id="qty"),
        component("textfield", "why", id="why", conditional={"hide": "=this.qty < 10 or i[1] = 1 or parent.free"}),
    ]
    built = form(component("dynamiclist", path="parts", components=inner), component("checkbox", "free"))
    rows = [{"qty": 20, "why": "a"}, {"qty": 5, "why": "b"}, {"qty": 20, "why": "c"}]
    assert clean(built, {"parts": rows, "free": False})["parts"] == [{"qty": 20}, {"qty": 5}, rows[2]]
    assert clean(built, {"parts": rows, "free": True})["parts"] == [{"qty": 20}, {"qty": 5}, {"qty": 20}]


def test_rows_compute_their_own_expressions_and_the_form_sums_them():
    inner = [
        component("number", "qty", id="qty"),
        component("number", "price", id="price"),
        component("expression", "line", id="line", expression="=this.qty * this.price"),
    ]
    built = form(
        component("expression", "total", expression="=sum(parts.line)"),
        component("dynamiclist", path="parts", components=inner),
    )
    stored = clean(built, {"parts": [{"qty": 2, "price": 3}, {"qty": 1, "price": 4}], "total": 1})
    assert stored["total"] == 10
    assert [row["line"] for row in stored["parts"]] == [6, 4]


def test_a_fixed_list_keeps_what_its_rows_do_not_show():
    inner = [component("textfield", "name", id="name", readonly=True), component("number", "qty", id="qty")]
    built = form(component("dynamiclist", path="parts", allowAddRemove=False, components=inner))
    before = [{"id": 1, "name": "screen"}, {"id": 2, "name": "battery"}]
    sent = [{"name": "gold", "qty": 1}, {"qty": 2}]
    assert clean(built, {"parts": sent}, parts=before) == {
        "parts": [{"id": 1, "name": "screen", "qty": 1}, {"id": 2, "name": "battery", "qty": 2}]
    }
    assert errors(built, {"parts": sent[:1]}, parts=before) == {"parts": ["forms.rows_fixed"]}


def test_a_hidden_list_is_not_stored():
    built = form(component("dynamiclist", **PARTS, conditional={"hide": "=true"}))
    assert clean(built, {"parts": [{"qty": "x"}]}) == {}


def test_limits_may_be_expressions():
    built = form(component("number", "qty", validate={"max": "=stock", "min": 1}))
    assert clean(built, {"qty": 5}, stock=5) == {"qty": 5}
    assert message(built, {"qty": 6}, "qty", stock=5) == ("forms.too_large", {"max": "5"})
    assert message(built, {"qty": 0}, "qty", stock=5) == ("forms.too_small", {"min": "1"})
    assert clean(built, {"qty": 600}) == {"qty": 600}


COLOURS = [{"label": "红", "value": "red"}, {"label": "1", "value": 1}]


def test_a_choice_must_be_on_offer():
    built = form(component("select", "colour", values=COLOURS))
    assert clean(built, {"colour": "red"}) == {"colour": "red"}
    assert clean(built, {"colour": 1}) == {"colour": 1}
    assert clean(built, {"colour": ""}) == {"colour": None}
    for wrong in ("green", True, "1", ["red"], {"value": "red"}, 1.5):
        assert errors(built, {"colour": wrong}) == {"colour": ["forms.not_an_option"]}


def test_options_may_come_from_a_variable():
    built = form(component("select", "fault", valuesKey="faults.list"))
    faults = {"list": ["screen", {"label": "电池", "value": "battery"}, {"label": "other"}]}
    for value in ("screen", "battery", "other"):
        assert clean(built, {"fault": value}, faults=faults) == {"fault": value}
    assert errors(built, {"fault": "motor"}, faults=faults) == {"fault": ["forms.not_an_option"]}
    assert errors(built, {"fault": "screen"}) == {"fault": ["forms.not_an_option"]}


def test_options_cannot_be_smuggled_in_with_the_submission():
    built = form(component("select", "fault", valuesKey="faults"))
    data = {"fault": "free repair", "faults": ["free repair"]}
    assert errors(built, data, faults=["screen"]) == {"fault": ["forms.not_an_option"]}


def test_options_may_be_computed():
    built = form(component("radio", "size", valuesExpression='=if big then ["L", "XL"] else ["S"]'))
    assert clean(built, {"size": "XL"}, big=True) == {"size": "XL"}
    assert errors(built, {"size": "XL"}, big=False) == {"size": ["forms.not_an_option"]}


def test_several_choices_are_each_on_offer_and_different():
    built = form(component("checklist", "tags", values=COLOURS, **REQUIRED))
    assert clean(built, {"tags": ["red", 1]}) == {"tags": ["red", 1]}
    assert errors(built, {"tags": []}) == {"tags": ["forms.required"]}
    assert errors(built, {"tags": ["red", "green"]}) == {"tags": ["forms.not_an_option"]}
    assert errors(built, {"tags": ["red", "red"]}) == {"tags": ["forms.chosen_twice"]}
    assert errors(built, {"tags": "red"}) == {"tags": ["forms.not_list"]}


def test_display_components_store_nothing():
    built = form(
        component("text", text="x"),
        component("button", label="y"),
        component("separator"),
        component("spacer"),
        component("table", dataSource="=parts"),
    )
    assert built.keys() == ()
    assert clean(built, {"f0": 1}) == {}


@pytest.mark.parametrize("data", [None, [], "x", 3, True])
def test_a_submission_that_is_no_object_is_refused(data):
    assert errors(form(component("textfield", "t")), data) == {"": ["forms.not_object"]}


def test_keys_that_look_like_the_library_s_own_names_are_just_keys():
    names = ["load", "fields", "Meta", "dump", "opts", "class", "validate", "__class__"]
    built = form(*(component("textfield", name, id=name) for name in names))
    assert clean(built, dict.fromkeys(names, "x")) == dict.fromkeys(names, "x")


def test_every_broken_field_is_reported_at_once():
    built = form(
        component("textfield", "a", **REQUIRED), component("number", "b"), component("select", "c", values=COLOURS)
    )
    assert errors(built, {"b": "x", "c": "y"}) == {
        "a": ["forms.required"],
        "b": ["forms.not_number"],
        "c": ["forms.not_an_option"],
    }

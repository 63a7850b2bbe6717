"""The data a form is opened with."""

from tests.forms.building import ENVIRONMENT, component, form


def initial(*components, **context):
    return form(*components).initial(context, ENVIRONMENT)


def test_fields_take_their_variable_else_their_default():
    fields = [
        component("textfield", "a", defaultValue="x"),
        component("textfield", "b", defaultValue="y"),
        component("textfield", "c"),
    ]
    assert initial(*fields, a="from the case") == {"a": "from the case", "b": "y"}


def test_a_variable_that_was_cleared_stays_cleared():
    assert initial(component("number", "a", defaultValue=3), a=None) == {"a": None}


def test_defaults_stand_inside_objects():
    assert initial(component("textfield", "customer.tier", defaultValue="B"), customer={"id": 7}) == {
        "customer": {"id": 7, "tier": "B"}
    }


def test_what_expressions_options_and_templates_look_up_is_sent_and_nothing_else():
    built = form(
        component("select", "fault", valuesKey="faults"),
        component("text", text="Dear {{customer.name}}"),
        component("textfield", "note", conditional={"hide": "=vip"}),
        component("table", dataSource="=history"),
    )
    context = {"faults": [1], "customer": {"name": "Li"}, "vip": True, "history": [], "margin": 0.4, "note": "n"}
    assert set(built.initial(context, ENVIRONMENT)) == set(context) - {"margin"}


def test_expression_fields_are_computed():
    assert initial(component("expression", "double", expression="=n * 2"), n=4) == {"n": 4, "double": 8}


def test_the_case_is_not_changed_by_opening_a_form():
    customer = {"id": 7}
    initial(component("textfield", "customer.tier", defaultValue="B"), customer=customer)
    assert customer == {"id": 7}

from app.feel import compile_expression


def warnings_of(source, **context):
    examined = compile_expression(source).examine(context)
    return [(warning.code, warning.params["name"]) for warning in examined.warnings]


def test_a_name_that_nothing_bears_is_reported_once():
    assert warnings_of("for i in 1..5 return amont + 1", amount=1) == [("feel.warning.no_variable", "amont")]


def test_a_function_that_does_not_exist_is_reported():
    assert warnings_of("upper(name)", name="x") == [("feel.warning.no_function", "upper")]


def test_a_variable_that_is_null_is_no_reason_to_warn():
    assert warnings_of("amount > 1", amount=None) == []


def test_the_value_comes_with_the_warnings():
    assert compile_expression("get or else(nobody, 3)").examine({}).value == 3

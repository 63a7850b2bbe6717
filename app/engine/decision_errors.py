"""Saying why a decision could not be made: which table, rule and column, and what was wrong there."""

from app import dmn, i18n
from app.errors import Invalid
from app.feel import FeelError


def refusal(error: FeelError | dmn.DmnError) -> Invalid:
    """Return the error as an answer to whoever asked. A failure of FEEL inside a table is told with its cell."""
    params = error.params
    if isinstance(error, dmn.DmnError) or "table" not in params:
        return Invalid(error.code, **params)
    column = params.get("input") or params.get("output")
    if "rule" not in params:
        place = i18n.text("engine.cell_of_column", column=column)
    elif params["rule"]:
        place = i18n.text("engine.cell_of_rule", column=column, rule=params["rule"])
    else:
        place = i18n.text("engine.cell_of_default", column=column)
    shown = {name: params.get(name, "") for name in ("decision", "table", "expression")}
    return Invalid("engine.cell_failed", **shown, place=place, reason=i18n.text(error.code, **params))

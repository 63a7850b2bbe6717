"""Saying why a decision could not be made: which table, rule and column, and what was wrong there."""

import typing as t
from collections.abc import Mapping

from app import dmn, i18n
from app.errors import Invalid
from app.feel import FeelError


def refusal(error: FeelError | dmn.DmnError) -> Invalid:
    """Return the error as an answer to whoever asked. A failure of FEEL inside a table is told with its cell."""
    code, params = with_cell(error.code, error.params)
    return Invalid(code, **params)


def with_cell(code: str, params: Mapping[str, t.Any]) -> tuple[str, Mapping[str, t.Any]]:
    """Return code and parameters of the whole sentence; those of DMN name the cell themselves."""
    if code.startswith("dmn.") or "table" not in params:
        return code, params
    column = params.get("input") or params.get("output")
    if "rule" not in params:
        place = i18n.text("engine.cell_of_column", column=column)
    elif params["rule"]:
        place = i18n.text("engine.cell_of_rule", column=column, rule=params["rule"])
    else:
        place = i18n.text("engine.cell_of_default", column=column)
    shown = {name: params.get(name, "") for name in ("decision", "table", "expression")}
    return "engine.cell_failed", {**shown, "place": place, "reason": i18n.text(code, **params)}

"""The built-in functions of the standard and those that the Camunda editors complete."""

from app.feel.builtins import contexts, conversion, dates, lists, logic, numeric, ranges, strings
from app.feel.builtins.signature import BUILTINS, Builtin

__all__ = ["BUILTINS", "Builtin", "contexts", "conversion", "dates", "lists", "logic", "numeric", "ranges", "strings"]

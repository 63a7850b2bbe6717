"""The built-in functions of the standard and those that the Camunda editors complete."""

from app.feel.builtins import contexts, conversion, dates, lists, logic, numeric, ranges, strings, texts
from app.feel.builtins.signature import BUILTINS, Builtin

# Importing a module registers its functions.
_MODULES = (contexts, conversion, dates, lists, logic, numeric, ranges, strings, texts)

__all__ = ["BUILTINS", "Builtin"]

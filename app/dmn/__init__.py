"""DMN: decision tables and graphs of decisions, with FEEL in every cell."""

from app.dmn.definitions import DecisionResult, Definitions
from app.dmn.errors import DmnError, DmnInvalid, Finding
from app.dmn.imports import Import, Linker, imports_in
from app.dmn.nodes import Decision
from app.dmn.parsing import compile_definitions, parse

__all__ = [
    "Decision",
    "DecisionResult",
    "Definitions",
    "DmnError",
    "DmnInvalid",
    "Finding",
    "Import",
    "Linker",
    "compile_definitions",
    "imports_in",
    "parse",
]

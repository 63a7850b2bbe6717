"""DMN: decision tables and graphs of decisions, with FEEL in every cell."""

from app.dmn.coverage import look_over
from app.dmn.definitions import DecisionResult, Definitions
from app.dmn.errors import DmnError, DmnInvalid, Finding
from app.dmn.imports import Header, Import, Linker, header
from app.dmn.nodes import Decision
from app.dmn.parsing import Compiled, compile_definitions, parse

__all__ = [
    "Compiled",
    "Decision",
    "DecisionResult",
    "Definitions",
    "DmnError",
    "DmnInvalid",
    "Finding",
    "Header",
    "Import",
    "Linker",
    "compile_definitions",
    "header",
    "look_over",
    "parse",
]

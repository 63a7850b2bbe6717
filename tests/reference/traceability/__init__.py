"""What the company asked for, row by row, and what of the product answers it (`rows/*.json`).

A row names processes with the numbers of their steps, and tables, forms, papers, registers, fields, roles, pages and tests
where steps alone do not answer it. Tables, forms and scenarios of the steps are found in the library itself.
"""

from tests.reference.traceability.answers import Library, diagrams, unknown
from tests.reference.traceability.named import Told, told
from tests.reference.traceability.page import asked, lost, missing
from tests.reference.traceability.rows import Row, sources

__all__ = ["Library", "Row", "Told", "asked", "diagrams", "lost", "missing", "sources", "told", "unknown"]

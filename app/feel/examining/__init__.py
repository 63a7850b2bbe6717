"""Evaluating an expression and saying of everything that became null why it did."""

from app.feel.examining import calls, collections, names, operators
from app.feel.examining.examiner import Examiner
from app.feel.examining.operators import watched_cell

# Importing a module registers what it watches.
_MODULES = (calls, collections, names, operators)

__all__ = ["Examiner", "watched_cell"]

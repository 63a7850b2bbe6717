"""Papers to print: one mechanism, one template per kind of document (catalogue section 4)."""

from app.desk.papers.barcode import picture as bar_code
from app.desk.papers.sheet import KINDS, Sheet, newest, sheet_of

__all__ = ["KINDS", "Sheet", "bar_code", "newest", "sheet_of"]

"""Pages of `docs/reference` that are generated, so that they cannot say anything else than the tests.

`python -m tests.reference` writes them; a test here compares each committed page with what would be written.
"""

from collections.abc import Callable
from pathlib import Path

from tests.reference import bpmn, dmn, feel, registers

DOCS = Path(__file__).parents[2] / "docs"
PAGES: dict[str, Callable[[], str]] = {
    "reference/bpmn.md": bpmn.page,
    "reference/dmn.md": dmn.page,
    "reference/feel.md": feel.page,
    "reference/registers.md": registers.page,
}
"""Path below `docs` → what makes the page."""

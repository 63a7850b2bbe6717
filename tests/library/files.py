"""Single files of the library, parsed."""

import functools
from pathlib import Path

from app import dmn
from app.kernel import ProcessModel, parse

ROOT = Path(__file__).parents[2]


@functools.cache
def library_process(name: str) -> ProcessModel:
    """A process of the library; models are shared by all tests."""
    return parse(next((ROOT / "bpmn").rglob(f"{name}.bpmn")).read_bytes()).processes[0]


@functools.cache
def library_table(name: str) -> dmn.Definitions:
    """A decision file of the library."""
    return dmn.parse(next((ROOT / "bpmn").rglob(f"{name}.dmn")).read_bytes())

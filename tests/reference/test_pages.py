"""The generated pages are up to date, and they list everything there is."""

import ast
import re
from pathlib import Path

import pytest

import app.dmn
from tests.kernel.host import ELEMENTS
from tests.reference import DOCS, PAGES, bpmn
from tests.reference.dmn import refused


@pytest.mark.parametrize("name", PAGES)
def test_the_committed_page_is_the_generated_one(name: str) -> None:
    committed = (DOCS / name).read_text("utf-8")
    assert committed == PAGES[name](), "Run `python -m tests.reference` and commit what it writes."


def test_every_diagram_stands_below_one_heading() -> None:
    listed = [path.stem for _, patterns in bpmn.GROUPS for path in bpmn.diagrams(patterns)]
    assert sorted(listed) == sorted(path.stem for path in ELEMENTS.glob("*.bpmn"))


def test_every_diagram_says_what_happens() -> None:
    assert [path.stem for path in ELEMENTS.glob("*.bpmn") if not bpmn.sentence(path)] == []


def test_every_diagram_is_run_by_a_scenario() -> None:
    """Its name stands in a test of the kernel, whole or made from parts."""
    sources = [path.read_text("utf-8") for path in Path(ELEMENTS).parent.glob("test_*.py")]
    nodes = [node for source in sources for node in ast.walk(ast.parse(source))]
    names = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    made = {_pattern(node) for node in nodes if isinstance(node, ast.JoinedStr)}
    stems = {path.stem for path in ELEMENTS.glob("*.bpmn")} - names
    assert {stem for stem in stems if not any(pattern.fullmatch(stem) for pattern in made)} == set()


def _pattern(made: ast.JoinedStr) -> re.Pattern[str]:
    parts = (re.escape(part.value) if isinstance(part, ast.Constant) else r"\w+" for part in made.values)
    whole = "".join(map(str, parts))
    # A name made of nothing but a placeholder would fit every diagram.
    return re.compile(whole if re.search("[a-z]{4}", whole) else "(?!)")


def test_every_refusal_of_a_decision_file_has_its_example() -> None:
    """Nesting beyond Python's own depth is the only one that a short file cannot show."""
    sources = "".join(path.read_text("utf-8") for path in Path(app.dmn.__file__).parent.glob("*.py"))
    refusals = set(re.findall(r'(?:refuse|Finding|Refusal)\(\s*"(dmn\.[a-z_]+)"', sources)) - {"dmn.too_deep"}
    shown = {code for _, data in refused.FILES for code, _ in refused.findings(data)}
    assert refusals - shown == set()
    assert [drawn for drawn, data in refused.FILES if len(refused.findings(data)) != 1] == []

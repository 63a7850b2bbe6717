"""The scenarios of the library, played where they lie on disk."""

from pathlib import Path

from app.scenarios import find_scenarios
from tests.company import ROOT

PATHS = find_scenarios([ROOT / "bpmn"])


def name(path: Path) -> str:
    """What a scenario is called in the list of tests: its process and its file."""
    return f"{path.parent.name}/{path.stem}"

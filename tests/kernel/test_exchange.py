"""The library's run-time can be exchanged: the same scenarios pass with our own stand-ins for its task and workflow."""

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ABOUT_THE_LIBRARY = {"test_contract", "test_cost", "test_exchange", "test_recorded", "test_random_migration"}
"""What is about the library itself or runs no instance, or is too expensive to be done twice."""


@pytest.mark.parametrize("half", [0, 1])
def test_the_scenarios_pass_without_the_librarys_run_time(half: int) -> None:
    files = sorted(path for path in HERE.glob("test_*.py") if path.stem not in ABOUT_THE_LIBRARY)
    chosen = [str(path) for path in files[half::2]]
    options = ["-q", "-p", "no:xdist", "-p", "no:cacheprovider", "-k", "not test_random_graphs"]
    command = [sys.executable, "-m", "tests.kernel.own", *options, *chosen]
    done = subprocess.run(command, cwd=HERE.parents[1], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert " passed" in done.stdout

"""The MIWG suite on drawings of our own: what it starts, what it sees refused, what it opens and saves."""

from contextlib import nullcontext
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.test_drafts import DRAWING
from tests.conformance.miwg import Miwg
from tests.conformance.suite import Outcome, Request

pytestmark = pytest.mark.browser

FOREIGN = DRAWING.replace(
    'sourceRef="x" targetRef="b"/>',
    'sourceRef="x" targetRef="b"><b:conditionExpression>${ok}</b:conditionExpression></b:sequenceFlow>',
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "open.bpmn").write_text(DRAWING)
    (tmp_path / "models" / "foreign.bpmn").write_text(FOREIGN)
    return tmp_path


def run(browser: Browser, folder: Path, *expected: str) -> Outcome:
    listed = folder / "expected.csv"
    listed.write_text("\n".join(("model,aspect,reason", *expected)))
    return Miwg(expected=listed, models=2, browser=lambda: nullcontext(browser)).run(Request(folder))


def test_a_drawing_starts_with_people_or_is_refused_in_words_and_comes_back_whole(
    browser: Browser, folder: Path
) -> None:
    outcome = run(browser, folder, "foreign,starts,written for another engine")
    assert outcome.figures == {
        "total": 2, "opened": 2, "started": 1, "refused": 1, "started_as_drawn": 0, "round_trip": 2,
    }  # fmt: skip
    assert outcome.unexpected == []
    assert any("foreign_expression" in line for line in outcome.lines)


def test_what_is_lost_without_being_listed_is_reported(
    browser: Browser, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.conformance.miwg.editing.differences", lambda *_: ["lost a coordinate"])
    assert run(browser, folder, "foreign,starts,written for another engine").unexpected == [
        "fails, not expected: foreign · round trip",
        "fails, not expected: open · round trip",
    ]

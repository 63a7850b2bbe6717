"""Every element's states are recorded for later programs to load (tests/golden)."""

from app.kernel import parse
from tests.golden.record import recordings
from tests.kernel.host import ELEMENTS

WAITING = {"userTask", "serviceTask", "receiveTask", "callActivity", "intermediateCatchEvent"}


def test_every_element_is_recorded_as_the_present_codec_writes_it() -> None:
    recorded = {diagram for _, diagram, _ in recordings()}
    # A process that never waits is never stored.
    waiting = {path for path in ELEMENTS.glob("*.bpmn") if kinds(path.read_bytes()) & WAITING}
    missing = sorted(path.stem for path in waiting if path.read_bytes() not in recorded)
    assert missing == [], "Not recorded: run `make golden` and commit what it writes."


def kinds(diagram: bytes) -> set[str]:
    return {element.kind for model in parse(diagram).processes for element in model.elements.values()}

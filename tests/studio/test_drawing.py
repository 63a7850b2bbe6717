"""Drawing by program: bounded, one at a time, and only where it is needed."""

import pytest

from app.errors import Conflict, Forbidden, Invalid
from app.studio import drawing
from app.studio.blanks import blank
from tests.company import Company


@pytest.fixture
def source(company: Company) -> str:
    return blank(company.person("owner"), "process", "small", name="小", english="Small")


def without_shapes(source: str) -> bytes:
    head, _, rest = source.partition("<bpmndi:BPMNDiagram")
    return (head + rest.partition("</bpmndi:BPMNDiagram>")[2]).encode()


def test_a_process_without_shapes_is_drawn_before_the_editor_opens_it(company: Company, source: str) -> None:
    bare = without_shapes(source)
    assert not drawing.has_shapes(bare)
    assert drawing.has_shapes(drawing.drawn(bare))


def test_a_drawn_process_is_opened_as_it_is(company: Company, source: str) -> None:
    assert drawing.drawn(source.encode()) == source.encode()


def test_what_takes_too_long_is_stopped_and_said(company: Company, source: str) -> None:
    with pytest.raises(Conflict) as stopped:
        drawing.tidy(company.person("owner"), source, seconds=0.01)
    assert stopped.value.code == "studio.drawing_too_long"
    assert drawing.tidy(company.person("owner"), source)  # the turn was given back


def test_only_one_drawing_runs_at_a_time(company: Company, source: str) -> None:
    turn = company.app.extensions["studio_drawing"]
    assert turn.acquire(blocking=False)
    with pytest.raises(Conflict) as busy:
        drawing.tidy(company.person("owner"), source)
    turn.release()
    assert busy.value.code == "studio.drawing_busy"


@pytest.mark.parametrize(
    ("broken", "code"),
    [("<definitions", "layout.not_xml"), ("<x/>", "layout.not_bpmn"), ("", "layout.not_xml")],
)
def test_what_is_no_process_is_refused(company: Company, broken: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        drawing.tidy(company.person("owner"), broken)
    assert refused.value.code == code


def test_only_owners_let_the_program_draw(company: Company, source: str) -> None:
    with pytest.raises(Forbidden):
        drawing.tidy(company.person("outlet_head"), source)

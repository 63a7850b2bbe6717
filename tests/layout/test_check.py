"""The checker sees each kind of defect, so that its silence means something."""

import re

import pytest
from click.testing import CliRunner

from app.layout import check, layout
from app.layout.cli import layout as command
from tests.layout.diagram import bpmn

GOOD = layout(
    bpmn(
        "startEvent:s:Start", "userTask:a", "userTask:b", "userTask:c", "endEvent:e",
        flows="s>a a>b b>c c>e", lanes={"Lane_x": "s a b c", "Lane_y": "e"},
    )
)  # fmt: skip


def moved(element: str, **bounds: int) -> bytes:
    """The good file with one shape elsewhere."""
    text = GOOD.decode()
    found = re.search(rf'bpmnElement="{element}"[^>]*>\s*<dc:Bounds ([^>]*)/>', text)
    assert found
    changed = found[1]
    for name, value in bounds.items():
        changed = re.sub(rf'{name}="[^"]*"', f'{name}="{value}"', changed)
    return text.replace(found[1], changed, 1).encode()


def place(element: str, name: str) -> int:
    found = re.search(rf'bpmnElement="{element}"[^>]*>\s*<dc:Bounds [^>]*\b{name}="(\d+)"', GOOD.decode())
    assert found
    return int(found[1])


def codes(xml: bytes) -> set[str]:
    return {defect.code for defect in check(xml)}


def test_a_good_diagram_has_no_defects() -> None:
    assert check(GOOD) == []


def test_a_file_without_a_diagram_lists_everything_as_not_drawn() -> None:
    bare = bpmn("startEvent:s", "endEvent:e", flows="s>e")
    assert [(defect.code, defect.element_id) for defect in check(bare)] == [
        ("layout.not_drawn", element) for element in ("s", "e", "f0")
    ]


def test_shapes_on_each_other_are_seen() -> None:
    assert "layout.shapes_overlap" in codes(moved("c", x=place("b", "x") + 20))


def test_a_flow_through_a_foreign_shape_is_seen() -> None:
    straight = GOOD.replace(b'sourceRef="a" targetRef="b"', b'sourceRef="a" targetRef="c"')
    points = re.findall(rb'bpmnElement="f\d".*?</bpmndi:BPMNEdge>', straight, re.DOTALL)
    right = re.findall(rb'x="(\d+)"', points[2])[0]
    first = points[1].rindex(b"<di:waypoint")
    longer = points[1][:first] + re.sub(rb'x="\d+"', b'x="' + right + b'"', points[1][first:])
    assert "layout.flow_through_shape" in codes(straight.replace(points[1], longer))


def test_a_slanting_flow_is_seen() -> None:
    text = GOOD.decode()
    edge = re.search(r'bpmnElement="f0".*?</bpmndi:BPMNEdge>', text, re.DOTALL)
    assert edge
    slanting = re.sub(r'y="(\d+)"', lambda found: f'y="{int(found[1]) + 9}"', edge[0], count=1)
    assert "layout.diagonal" in codes(text.replace(edge[0], slanting).encode())


def test_a_node_outside_its_lane_is_seen() -> None:
    assert "layout.outside_lane" in codes(moved("e", y=place("a", "y"), x=place("a", "x") + 2000))


def test_a_covered_label_is_seen_but_not_called_wrong() -> None:
    text = GOOD.decode()
    label = re.search(r"<bpmndi:BPMNLabel>\s*<dc:Bounds ([^>]*)/>", text)
    assert label
    on_the_task = f'x="{place("a", "x")}" y="{place("a", "y")}" width="40" height="14"'
    defects = check(text.replace(label[1], on_the_task, 1).encode())
    assert [(defect.code, defect.hard) for defect in defects] == [("layout.label_covered", False)]


def test_flows_that_share_a_line_without_an_end_in_common_are_seen() -> None:
    text = GOOD.decode()
    edges = re.findall(r'bpmnElement="f\d"(.*?)</bpmndi:BPMNEdge>', text, re.DOTALL)
    assert "layout.flows_on_one_line" in codes(text.replace(edges[2], edges[0]).encode())


@pytest.mark.parametrize(("xml", "exit_code"), [(GOOD, 0), (moved("c", x=place("b", "x")), 1)])
def test_the_command_reports_and_says_with_its_exit_code_whether_a_drawing_is_wrong(tmp_path, xml, exit_code) -> None:
    file = tmp_path / "a.bpmn"
    file.write_bytes(xml)
    result = CliRunner().invoke(command, ["--check", str(file)])
    assert result.exit_code == exit_code
    assert ("layout.shapes_overlap" in result.output) == bool(exit_code)


def test_the_command_writes_beside_or_over_its_file(tmp_path) -> None:
    source, target = tmp_path / "a.bpmn", tmp_path / "b.bpmn"
    source.write_bytes(bpmn("startEvent:s", "endEvent:e", flows="s>e"))
    assert CliRunner().invoke(command, [str(source), str(target)]).exit_code == 0
    assert check(target.read_bytes()) == []
    assert CliRunner().invoke(command, [str(source)]).exit_code == 0
    assert source.read_bytes() == target.read_bytes()

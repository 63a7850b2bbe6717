"""What a laid-out diagram looks like, read back by the checker's own reader."""

import random

import pytest
from lxml import etree

from app.layout import LayoutFailed, check, layout
from app.layout.drawing import Drawing, elements_by_id, read_drawings
from app.layout.geometry import Box
from tests.layout.diagram import BPMN, bpmn

DIAGRAM = "{http://www.omg.org/spec/BPMN/20100524/DI}BPMNDiagram"


def drawn(xml: bytes) -> Drawing:
    root = etree.fromstring(layout(xml))
    return read_drawings(root, elements_by_id(root))[0]


def middle(box: Box) -> tuple[float, float]:
    return (box.left + box.right) / 2, (box.top + box.bottom) / 2


CHAIN = bpmn("startEvent:s", "userTask:a", "userTask:b", "endEvent:e", flows="s>a a>b b>e")
BRANCHES = bpmn(
    "startEvent:s", "exclusiveGateway:g:Which?", "userTask:a", "userTask:b", "userTask:c", "exclusiveGateway:j",
    "endEvent:e", flows="s>g g>a:One g>b:Two g>c:Three a>j b>j c>j j>e",
)  # fmt: skip
LOOP = bpmn("startEvent:s", "userTask:a", "exclusiveGateway:g", "endEvent:e", flows="s>a a>g g>e g>a:Again")
LANES = bpmn(
    "startEvent:s", "userTask:a", "userTask:b", "userTask:c", "endEvent:e",
    flows="s>a a>b b>c c>e", lanes={"Lane_desk": "s a e c", "Lane_shop": "b"},
)  # fmt: skip


def test_a_chain_is_one_straight_line_from_left_to_right() -> None:
    page = drawn(CHAIN)
    places = [middle(page.shapes[node]) for node in "sabe"]
    assert sorted(places) == places
    assert len({y for _, y in places}) == 1
    assert all(len(points) == 2 for points in page.lines.values())


@pytest.mark.parametrize("xml", [CHAIN, BRANCHES, LOOP, LANES])
def test_the_checker_finds_nothing_and_a_second_run_changes_nothing(xml: bytes) -> None:
    once = layout(xml)
    assert check(once) == []
    assert layout(once) == once


def test_branches_stand_in_the_same_column_one_below_the_other() -> None:
    page = drawn(BRANCHES)
    columns = {middle(page.shapes[node])[0] for node in "abc"}
    rows = {middle(page.shapes[node])[1] for node in "abc"}
    assert (len(columns), len(rows)) == (1, 3)


def test_a_loop_runs_back() -> None:
    page = drawn(LOOP)
    points = page.lines["f3"]
    assert points[-1][0] < points[0][0]
    assert page.shapes["a"].right < page.shapes["g"].left


def test_every_node_stands_in_its_lane_and_lanes_fill_the_page() -> None:
    page = drawn(LANES)
    desk, shop = page.shapes["Lane_desk"], page.shapes["Lane_shop"]
    assert desk.holds(page.shapes["a"])
    assert shop.holds(page.shapes["b"])
    assert desk.bottom == shop.top
    assert (desk.left, desk.right) == (shop.left, shop.right)


def test_nothing_but_the_diagram_part_changes() -> None:
    strange = BRANCHES.replace(b"<process", b'<!-- kept -->\n\n  <x:y xmlns:x="urn:x" a="&#10;1"/><process')
    before = etree.tostring(etree.fromstring(strange), method="c14n")
    root = etree.fromstring(layout(strange))
    for diagram in root.findall(DIAGRAM):
        previous = diagram.getprevious()
        assert previous is not None
        previous.tail = "\n"
        root.remove(diagram)
    assert etree.tostring(root, method="c14n") == before


def test_an_old_diagram_is_replaced() -> None:
    moved = layout(CHAIN).replace(b'x="160"', b'x="999"').replace(b"BPMNDiagram_1", b"Old")
    assert layout(moved) == layout(CHAIN)


def test_boundary_events_sit_on_their_task_and_leave_downwards() -> None:
    page = drawn(
        bpmn(
            "startEvent:s", "userTask:a", "boundaryEvent:a_1:Late", "boundaryEvent:a_2:Very late",
            "userTask:b", "endEvent:e", "endEvent:x", flows="s>a a>e a_1>b b>x a_2>x",
        )
    )  # fmt: skip
    host = page.shapes["a"]
    for event in ("a_1", "a_2"):
        x, y = middle(page.shapes[event])
        assert host.left < x < host.right
        assert y == host.bottom
    assert page.lines["f2"][0][1] == page.shapes["a_1"].bottom


def test_an_event_subprocess_stands_apart_at_the_foot_of_its_lane() -> None:
    inner = (
        f'<subProcess xmlns="{BPMN}" id="onCancel" name="Cancelled" triggeredByEvent="true">'
        '<startEvent id="cs"/><endEvent id="ce"/><sequenceFlow id="cf" sourceRef="cs" targetRef="ce"/></subProcess>'
    )
    xml = LANES.replace(b"</process>", inner.encode() + b"</process>")
    xml = xml.replace(b"<flowNodeRef>a<", b"<flowNodeRef>onCancel</flowNodeRef><flowNodeRef>a<")
    page = drawn(xml)
    box = page.shapes["onCancel"]
    assert box.top > page.shapes["a"].bottom
    assert page.shapes["Lane_desk"].holds(box)
    assert box.holds(page.shapes["cs"])
    assert box.holds(page.shapes["ce"])
    assert check(layout(xml)) == []


def test_pools_stand_below_each_other_and_messages_run_between_them() -> None:
    around = (
        '<collaboration id="c"><participant id="us" name="Us" processRef="p"/>'
        '<participant id="them" name="Customer"/>'
        '<messageFlow id="m" name="Asks" sourceRef="them" targetRef="a"/></collaboration>'
    )
    xml = bpmn("startEvent:s", "userTask:a", "endEvent:e", flows="s>a a>e", around=around)
    page = drawn(xml)
    assert page.shapes["us"].bottom < page.shapes["them"].top
    assert page.lines["m"][0][1] == page.shapes["them"].top
    assert page.lines["m"][-1][1] == page.shapes["a"].bottom
    assert check(layout(xml)) == []


def test_a_process_without_lanes_or_with_nothing_in_it_is_no_trouble() -> None:
    assert check(layout(bpmn("userTask:alone", flows=""))) == []
    assert DIAGRAM.encode() not in layout(bpmn(flows=""))


@pytest.mark.parametrize("seed", range(12))
def test_random_processes_are_drawn_without_a_hard_defect(seed: int) -> None:
    dice = random.Random(seed)
    count = dice.randint(5, 14)
    nodes = [f"{dice.choice(['userTask', 'exclusiveGateway', 'serviceTask'])}:n{n}" for n in range(count)]
    ways = {(n, n + 1) for n in range(count - 1)}
    ways |= {(dice.randrange(count), dice.randrange(1, count)) for _ in range(count // 2)}
    flows = " ".join(f"n{a}>n{b}" for a, b in sorted(ways) if a != b)
    half = count // 2
    lanes = {"Lane_x": " ".join(f"n{n}" for n in range(half)), "Lane_y": " ".join(f"n{n}" for n in range(half, count))}
    xml = bpmn(*nodes, flows=flows, lanes=lanes)
    assert [defect for defect in check(layout(xml)) if defect.hard] == []


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (b"<definitions", "layout.not_xml"),
        (b"<html/>", "layout.not_bpmn"),
        (CHAIN.replace(b"<definitions", b'<!DOCTYPE definitions [<!ENTITY x "y">]><definitions'), "layout.doctype"),
    ],
)
def test_what_is_no_diagram_is_refused(xml: bytes, code: str) -> None:
    with pytest.raises(LayoutFailed) as refused:
        layout(xml)
    assert refused.value.code == code


def test_labels_have_room_for_the_name_in_every_language() -> None:
    zeebe = "http://camunda.org/schema/zeebe/1.0"
    english = (
        f'<extensionElements><z:properties xmlns:z="{zeebe}"><z:property name="name:en" '
        'value="The customer has not answered for a long time"/></z:properties></extensionElements>'
    )
    plain = bpmn("startEvent:s:收", "userTask:a", "endEvent:e", flows="s>a a>e")
    both = plain.replace('name="收"/>'.encode(), f'name="收">{english}</startEvent>'.encode())
    assert drawn(both).labels["s"].height > 2 * drawn(plain).labels["s"].height
    assert check(layout(both)) == []


def test_boundary_events_with_long_names_keep_their_labels_clear() -> None:
    xml = bpmn(
        "startEvent:s", "userTask:a", "boundaryEvent:a_1:Not collected for thirty days",
        "boundaryEvent:a_2:Not collected for ninety days", "endEvent:x", "endEvent:y", "endEvent:e",
        flows="s>a a>e a_1>x a_2>y",
    )  # fmt: skip
    assert check(layout(xml)) == []

"""Puts arranged scenes on pages: the pools of a collaboration one below the other, or a process alone."""

from lxml import etree

from app.layout.arrange import arrange
from app.layout.geometry import Box
from app.layout.messages import pool_node, route_messages
from app.layout.model import Flow, Node, Scene
from app.layout.read import BPMN, read_scene
from app.layout.text import SHAPE_FONT, label_size, text_width
from app.layout.write import LANE_HEADER, Page

_LEFT, _TOP = 160.0, 80.0
_POOL_HEADER = 30
_POOL_GAP = 60
_EMPTY_POOL = 60
_NARROWEST = 600.0


def write_pages(root: etree._Element) -> None:
    """Append one diagram for every collaboration, and one for every process outside of them."""
    processes = {process.get("id", ""): process for process in root.iterchildren(f"{BPMN}process")}
    number = 0
    for collaboration in root.findall(f"{BPMN}collaboration"):
        number += 1
        used = _collaboration_page(root, number, collaboration, processes)
        processes = {key: process for key, process in processes.items() if key not in used}
    for process in processes.values():
        scene = read_scene(process)
        if scene.nodes:
            number += 1
            _process_page(root, number, scene)


def _process_page(root: etree._Element, number: int, scene: Scene) -> None:
    arrange(scene)
    header = LANE_HEADER * scene.lane_depth
    scene.move(_LEFT + header, _TOP)
    page = Page(root, number, scene.id)
    page.scene(scene, lanes_from=_LEFT, right=_LEFT + header + scene.width)


def _collaboration_page(
    root: etree._Element, number: int, collaboration: etree._Element, processes: dict[str, etree._Element]
) -> set[str]:
    """Draw the pools; answers the ids of the processes in them."""
    pools = [_Pool(participant, processes) for participant in collaboration.findall(f"{BPMN}participant")]
    width = max([_NARROWEST, *(pool.content_width for pool in pools)])
    top = _TOP
    for pool in pools:
        top = pool.place(top, width) + _POOL_GAP
    scenes = [pool.scene for pool in pools if pool.scene]
    messages = _messages(collaboration, pools)
    route_messages(messages, scenes, [pool.box for pool in pools])
    page = Page(root, number, collaboration.get("id", ""))
    for pool in pools:
        pool.write(page)
    for message in messages:
        page.edge(message.id, message.points, message.label_box)
    return {pool.process for pool in pools}


class _Pool:
    """A participant: with the process it shows, or closed."""

    def __init__(self, participant: etree._Element, processes: dict[str, etree._Element]) -> None:
        self.id = participant.get("id", "")
        self.process = (participant.get("processRef") or "").rpartition(":")[2]
        self.box = Box(0, 0, 0, 0)
        self.scene: Scene | None = None
        self._name_height = text_width(participant.get("name") or "", SHAPE_FONT) + 16
        element = processes.get(self.process)
        if element is not None:
            scene = read_scene(element)
            if scene.nodes:
                arrange(scene)
                self.scene = scene

    @property
    def content_width(self) -> float:
        return self.scene.width + LANE_HEADER * self.scene.lane_depth if self.scene else 0.0

    def place(self, top: float, width: float) -> float:
        """Stand the pool at this height; answers where it ends."""
        height = float(_EMPTY_POOL)
        if self.scene:
            self._stretch(self.scene)
            height = self.scene.height
            self.scene.move(_LEFT + _POOL_HEADER + LANE_HEADER * self.scene.lane_depth, top)
        self.box = Box.sized(_LEFT, top, _POOL_HEADER + width, height)
        return self.box.bottom

    def _stretch(self, scene: Scene) -> None:
        """A low pool with a long name gets as high as its name; the last lane takes the difference."""
        missing = self._name_height - scene.height
        if missing > 0:
            scene.height += missing
            last = max(scene.lane_spans)
            start, foot = scene.lane_spans[last]
            scene.lane_spans[last] = (start, foot + missing)

    def write(self, page: Page) -> None:
        page.shape(self.id, self.box, isHorizontal="true")
        if self.scene:
            page.scene(self.scene, lanes_from=_LEFT + _POOL_HEADER, right=self.box.right)


def _messages(collaboration: etree._Element, pools: list[_Pool]) -> list[Flow]:
    ends: dict[str, Node] = {pool.id: pool_node(pool.id, pool.box) for pool in pools}
    for pool in pools:
        for scene in pool.scene.everything() if pool.scene else ():
            ends |= {node.id: node for node in scene.nodes}
    found = []
    for element in collaboration.findall(f"{BPMN}messageFlow"):
        source = ends.get(element.get("sourceRef", ""))
        target = ends.get(element.get("targetRef", ""))
        if source and target:
            name = (element.get("name") or "").strip()
            flow = Flow(element.get("id", ""), name, source, target)
            flow.label = label_size(name) if name else None
            found.append(flow)
    return found

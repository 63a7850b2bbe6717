"""The process graph: the library's process spec without the nodes that it draws in by itself."""

from __future__ import annotations

from app.kernel import library
from app.kernel.model import Element
from app.kernel.specs.activities import Activity
from app.kernel.specs.base import Flow, Node
from app.kernel.specs.gateways import Join
from app.kernel.specs.scope import Root, Scope


class ProcessSpec(library.BpmnProcessSpec):
    """The graph of a process or of one sub-process."""

    owner: Scope
    """The node whose tokens are the scopes of this graph's tokens."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name)
        self.task_specs.clear()
        """The library's own nodes `Start` and `End` would collide with ids that people draw."""
        self.end = None
        self.flows: dict[str, Flow] = {}
        self.entry: list[Node] = []
        self.event_subprocesses: list[Scope] = []
        self.nodes: dict[str, Node] = {}
        """Every node of the process and of its sub-processes by name; filled for whole processes only."""
        self.conditional = False
        """Does the process wait for conditions anywhere?"""
        self.farewells = False
        """Does anybody listen to user tasks being cancelled?"""

    def make_root(self, element: Element) -> None:
        """Give a whole process its root, whose token is the scope of all others."""
        root = Root(self, element)
        root.inner = self
        root.prepare()
        self.start = self.owner = root
        self.nodes = self._all_nodes()
        triggers = (trigger for node in self.nodes.values() for trigger in node.element.triggers)
        self.conditional = any(trigger.kind == "conditional" for trigger in triggers)
        self.farewells = any(node.element.listening("canceling") for node in self.nodes.values())

    def connect(self, flow: Flow) -> None:
        flow.source.flows_out.append(flow)
        flow.target.flows_in.append(flow)
        self.flows[flow.id] = flow
        # Called on the class: some gateways of the library do more than connect.
        library.TaskSpec.connect(flow.source, flow.target)

    def prepare(self) -> None:
        """Find the entries and event sub-processes, and analyse the joins."""
        nodes: list[Node] = list(self.task_specs.values())
        self.event_subprocesses = [node for node in nodes if isinstance(node, Scope) and node.element.event_subprocess]
        starts = [node for node in nodes if node.element.kind == "startEvent"]
        self.entry = starts or [node for node in nodes if _is_entry(node)]
        for node in nodes:
            node.late = any(trigger.kind == "signal" for trigger in node.element.triggers) and (
                node.element.kind in ("intermediateThrowEvent", "endEvent")
            )
            if isinstance(node, Join | Activity):
                node.prepare()

    def _all_nodes(self) -> dict[str, Node]:
        found: dict[str, Node] = {}
        todo = [self]
        while todo:
            graph = todo.pop()
            found.update(graph.task_specs)
            todo.extend(
                node.inner for node in graph.task_specs.values() if isinstance(node, Scope) and node.inner is not graph
            )
        return found


def _is_entry(node: Node) -> bool:
    drawn = node.element
    apart = drawn.kind == "boundaryEvent" or drawn.event_subprocess or drawn.for_compensation
    return not node.flows_in and not apart

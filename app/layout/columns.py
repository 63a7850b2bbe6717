"""Which column a node stands in: time runs from left to right, loops run back.

1. A depth-first search from the starts marks the flows that close a cycle as running back.
2. The longest chain of the remaining flows is the main path; staying in a lane counts a little more.
3. A node stands one column right of its last predecessor.  A plain step into another lane at most two
   lanes away may stay in the same column and go straight up or down, if nothing else enters its target.
4. Starts move right until they stand next to what they feed; notes and data stand with their activity.
"""

from collections import defaultdict, deque

from app.layout.model import ARTIFACTS, Flow, Kind, Node, Scene

_LANES_CROSSED_BY_A_STEP = 2
_STEPPING = frozenset({Kind.TASK, Kind.EVENT, Kind.GATEWAY})


def assign_columns(scene: Scene) -> None:
    nodes = [node for node in scene.placed if node.kind not in ARTIFACTS]
    leaving: dict[Node, list[Flow]] = defaultdict(list)
    for flow in scene.flows:
        leaving[flow.start].append(flow)
    _mark_back_flows(nodes, leaving, scene.flows)
    forward = {node: [flow for flow in leaving[node] if not flow.back] for node in nodes}
    order = _topological(nodes, forward)
    _mark_main_path(order, forward)
    _place(order, forward, scene)
    _pull_sources(order, forward)
    _place_artifacts(scene)
    scene.column_count = max((node.column for node in scene.placed), default=0) + 1


def _mark_back_flows(nodes: list[Node], leaving: dict[Node, list[Flow]], flows: list[Flow]) -> None:
    entered = {flow.end for flow in flows if flow.start is not flow.end}
    roots = sorted(
        (node for node in nodes if node not in entered),
        key=lambda node: (node.kind is not Kind.EVENT, node.order),
    )
    open_nodes: set[Node] = set()
    seen: set[Node] = set()
    for root in [*roots, *nodes]:
        if root in seen:
            continue
        seen.add(root)
        open_nodes.add(root)
        stack = [(root, iter(leaving[root]))]
        while stack:
            node, flows_left = stack[-1]
            flow = next(flows_left, None)
            if flow is None:
                open_nodes.discard(node)
                stack.pop()
            elif flow.end in open_nodes:
                flow.back = True
            elif flow.end not in seen:
                seen.add(flow.end)
                open_nodes.add(flow.end)
                stack.append((flow.end, iter(leaving[flow.end])))


def _entries(forward: dict[Node, list[Flow]]) -> dict[Node, int]:
    count: dict[Node, int] = defaultdict(int)
    for flows in forward.values():
        for flow in flows:
            count[flow.end] += 1
    return count


def _topological(nodes: list[Node], forward: dict[Node, list[Flow]]) -> list[Node]:
    waiting = _entries(forward)
    ready = deque(node for node in nodes if not waiting[node])
    order = []
    while ready:
        node = ready.popleft()
        order.append(node)
        for flow in forward[node]:
            waiting[flow.end] -= 1
            if not waiting[flow.end]:
                ready.append(flow.end)
    return order


def _mark_main_path(order: list[Node], forward: dict[Node, list[Flow]]) -> None:
    length: dict[Node, float] = {}
    following: dict[Node, Flow] = {}
    for node in reversed(order):
        length[node] = 0
        for flow in forward[node]:
            if flow.source is not node:  # the exceptional way out through a boundary event
                continue
            reach = length[flow.end] + (1.5 if flow.end.lane == node.lane else 1)
            if reach > length[node]:
                length[node], following[node] = reach, flow
    entries = _entries(forward)
    starts = [node for node in order if not entries[node]]
    at = max(starts, key=lambda node: (length[node], -node.order), default=None)
    while at in following:
        following[at].main = True
        at = following[at].end


def _place(order: list[Node], forward: dict[Node, list[Flow]], scene: Scene) -> None:
    entries = _entries(forward)
    stepping: set[Node] = set()
    done: list[Node] = []
    for node in order:
        done.append(node)
        step = _step_from(node, forward[node], entries, stepping, done) if scene.lane_count > 1 else None
        if step:
            step.step = True
            stepping |= {node, step.end}
        for flow in forward[node]:
            flow.end.column = max(flow.end.column, node.column + (0 if flow.step else 1))


def _step_from(
    node: Node, flows: list[Flow], entries: dict[Node, int], stepping: set[Node], done: list[Node]
) -> Flow | None:
    """The flow of this node that may go straight into another lane."""
    if node in stepping or node.attached or node.kind not in _STEPPING:
        return None
    for flow in flows:
        distance = abs(flow.end.lane - node.lane)
        branch = node.tag == "exclusiveGateway" and not flow.main
        if (
            flow.source is node
            and 0 < distance <= _LANES_CROSSED_BY_A_STEP
            and entries[flow.end] == 1
            and flow.end.kind in (Kind.TASK, Kind.EVENT)
            and (len(flows) == 1 or branch)
            and not _blocked(node, flow.end, done)
        ):
            return flow
    return None


def _blocked(node: Node, target: Node, done: list[Node]) -> bool:
    low, high = sorted((node.lane, target.lane))
    return any(other.column == node.column and low < other.lane < high for other in done)


def _pull_sources(order: list[Node], forward: dict[Node, list[Flow]]) -> None:
    entries = _entries(forward)
    for node in reversed(order):
        if not entries[node] and forward[node]:
            nearest = min(flow.end.column - (0 if flow.step else 1) for flow in forward[node])
            node.column = max(0, nearest)


def _place_artifacts(scene: Scene) -> None:
    for node in scene.placed:
        if node.kind in ARTIFACTS:
            ends = [(link.start, link.end) for link in scene.associations if node in (link.start, link.end)]
            beside = [other for pair in ends for other in pair if other.kind not in ARTIFACTS]
            node.column = beside[0].column if beside else 0

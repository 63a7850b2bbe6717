"""An independent BPMN token game, written from the text of the standard, to compare the kernel with.

A graph is a text such as `s p1 u1 p2 e;p1 u2 p2`. The first letter of a node is its type: s start, e end, u user task, v
user task with an interrupting boundary message (its second flow), g event-based gateway, c catch event behind it, x
exclusive, p parallel, i inclusive gateway, d complex gateway that goes on at the first token (a discriminator). A decision
variable `d`, set by every completion, chooses the flows.
"""

import itertools
import random
from dataclasses import dataclass, field

from tests.kernel import draw

KINDS = {
    "s": "startEvent",
    "e": "endEvent",
    "u": "userTask",
    "v": "userTask",
    "x": "exclusiveGateway",
    "p": "parallelGateway",
    "i": "inclusiveGateway",
    "d": "complexGateway",
    "g": "eventBasedGateway",
    "c": "intermediateCatchEvent",
}


FIRST = "<activationCondition>=activationCount &gt;= 1</activationCondition>"
State = tuple[list[str], list[int], dict[str, set[int]]]
"""Open work, tokens held per flow, and the flows used by each complex gateway that waits to begin anew."""


class Endless(Exception):
    """The graph loops without anybody doing anything."""


class Graph:
    """`names` are the ids of the flows, for graphs that are versions of each other."""

    def __init__(self, text: str, names: list[str] | None = None) -> None:
        chains = [chain.split() for chain in text.split(";")]
        self.text = text
        self.nodes = list(dict.fromkeys(name for chain in chains for name in chain))
        self.flows = [pair for chain in chains for pair in itertools.pairwise(chain)]
        self.names = names or [f"f_{index}" for index in range(len(self.flows))]
        self.outgoing = {n: [i for i, f in enumerate(self.flows) if f[0] == n] for n in self.nodes}
        self.incoming = {n: [i for i, f in enumerate(self.flows) if f[1] == n] for n in self.nodes}

    def chosen(self, node: str, decision: int) -> list[int]:
        """The flows a token takes when it leaves a node."""
        out = self.outgoing[node]
        if node[0] == "v":
            return [out[decision & 1]]
        if node[0] == "g":
            return [out[decision % len(out)]]
        if len(out) == 1 or node[0] not in "xi":
            return out
        if node[0] == "x":
            return [out[decision % len(out)]]
        return [flow for place, flow in enumerate(out[:-1]) if decision >> place & 1] or [out[-1]]

    def xml(self) -> bytes:
        return draw.file("".join(self._node(name) for name in self.nodes) + "".join(self._flows()))

    def _node(self, name: str) -> str:
        out = self.outgoing[name]
        attributes = {"default": self.names[out[-1]]} if name[0] in "xi" and len(out) > 1 else {}
        inside = {"c": draw.MESSAGE, "d": FIRST}.get(name[0], "")
        drawn = draw.node(KINDS[name[0]], name, inside, **attributes)
        return drawn + (draw.boundary(f"b_{name}", name, draw.MESSAGE) if name[0] == "v" else "")

    def _flows(self) -> list[str]:
        return [self._flow(index, *ends) for index, ends in enumerate(self.flows)]

    def _flow(self, index: int, source: str, target: str) -> str:
        out, condition = self.outgoing[source], ""
        place = out.index(index)
        if source[0] in "xi" and len(out) > 1 and index != out[-1]:
            chosen = f"=modulo(d, {len(out)}) = {place}"
            bit = f"=modulo(floor(d / {1 << place}), 2) = 1"
            condition = chosen if source[0] == "x" else bit
        drawn_from = f"b_{source}" if source[0] == "v" and place == 1 else source
        return draw.flow(drawn_from, target, condition, self.names[index])


@dataclass
class Game:
    """Tokens on flows and open work; gateways fire as soon as their rule holds, in random order."""

    graph: Graph
    chance: random.Random
    held: list[int] = field(default_factory=list)
    work: list[str] = field(default_factory=list)
    used: dict[str, set[int]] = field(default_factory=dict)

    @classmethod
    def started(cls, graph: Graph, chance: random.Random) -> "Game":
        game = cls(graph, chance, [0] * len(graph.flows))
        game._leave("s", 0)
        game._run(0)
        return game

    def complete(self, node: str, decision: int) -> None:
        self.work.remove(node)
        self._leave(node, decision)
        self._run(decision)

    @property
    def state(self) -> State:
        return sorted(self.work), list(self.held), {node: set(flows) for node, flows in self.used.items()}

    def again(self, state: State, seed: int) -> "Game":
        """The same game from an earlier state, with other luck."""
        work, held, used = state
        return Game(
            self.graph, random.Random(seed), list(held), list(work), {n: set(flows) for n, flows in used.items()}
        )

    def _leave(self, node: str, decision: int) -> None:
        for flow in self.graph.chosen(node, decision):
            self.held[flow] += 1

    def _run(self, decision: int) -> None:
        for _ in range(5000):
            enabled = [node for node in self.graph.nodes if node != "s" and self._enabled(node)]
            if not enabled:
                return
            self._fire(self.chance.choice(enabled), decision)
        raise Endless

    def _fire(self, node: str, decision: int) -> None:
        full = [flow for flow in self.graph.incoming[node] if self.held[flow]]
        if node in self.used:
            self._begin_anew(node, full)
            return
        if node[0] == "d":
            self.used[node] = set(full)
        for flow in full if node[0] in "pid" else [self.chance.choice(full)]:
            self.held[flow] -= 1
        if node[0] in "uvg":
            self.work.append(node)
        elif node[0] != "e":
            self._leave(node, decision)

    def _begin_anew(self, node: str, full: list[int]) -> None:
        """A complex gateway swallows one late token of every flow that it did not use."""
        for flow in set(full) - self.used.pop(node):
            self.held[flow] -= 1

    def _enabled(self, node: str) -> bool:
        incoming = self.graph.incoming[node]
        full = {flow for flow in incoming if self.held[flow]}
        if node in self.used:
            missing = set(incoming) - self.used[node] - full
            return not any(self._reach(place, node) & missing for place in self._places() - {node})
        if not full:
            return False
        if node[0] == "p":
            return len(full) == len(incoming)
        if node[0] != "i" or len(incoming) < 2:
            return True
        empty = set(incoming) - full
        reached = [self._reach(place, node) for place in self._places() - {node}]
        return not any(hit & empty and not hit & full for hit in reached)

    def _places(self) -> set[str]:
        """Where tokens are: at work, or before the node that a flow leads to."""
        return {self.graph.flows[flow][1] for flow, count in enumerate(self.held) if count} | set(self.work)

    def _reach(self, node: str, join: str) -> set[int]:
        """The incoming flows of a join that can be reached from a node without passing the join."""
        hit: set[int] = set()
        seen, todo = {node}, [node]
        while todo:
            for flow in self.graph.outgoing[todo.pop()]:
                target = self.graph.flows[flow][1]
                if target == join:
                    hit.add(flow)
                elif target not in seen:
                    seen.add(target)
                    todo.append(target)
        return hit


SHAPES = {
    "fork and join": "s p1 u1 p2 u9 e;p1 u2 p2",
    "join in a loop": "s x0 p1 u1 p2 x1 e;p1 u2 p2;x1 x0",
    "nested loops": "s x0 x2 p1 u1 p2 x1 u5 x3 e;p1 u2 p2;x1 x2;x3 x0",
    "nested fork in a loop in a fork": "s p1 x0 p3 u1 p4 x1 p2 u9 e;p3 u2 p4;x1 x0;p1 u3 p2",
    "branch that loops before the join": "s p1 x0 u1 x1 p2 u9 e;x1 x0;p1 u2 p2",
    "two tokens on one branch": "s p1 u1 x0 u4 p2 u9 e;p1 u2 x0;p1 u3 p2",
    "excess tokens in a loop": "s x0 p1 u1 p2 x1 e;p1 u2 p2;p1 x2 u3 x3 e;x1 x0;x3 x2",
    "inclusive": "s i1 u1 i2 u9 e;i1 u2 i2;i1 u3 i2",
    "inclusive in a loop": "s x0 i1 u1 i2 x1 e;i1 u2 i2;i1 u3 i2;x1 x0",
    "inclusive join with an optional path": "s p1 u1 x1 i2 u9 e;x1 e;p1 u2 i2",
    "inclusive in inclusive": "s i1 i3 u1 i4 i2 u9 e;i3 u2 i4;i1 u3 i2;i1 u4 i2",
    "inclusive in nested loops": "s x0 x2 i1 u1 i2 x1 u5 x3 e;i1 u2 i2;x1 x2;x3 x0",
    "loop back into an inclusive branch": "s i1 x0 u1 x1 i2 u9 e;x1 x0;i1 u2 i2;i1 u3 i2",
    "inclusive join fed by two forks": "s p1 p3 u1 i2 u9 e;p3 u2 x5 i2;x5 e;p1 u3 i2",
    "parallel join after inclusive": "s p1 i1 u1 i2 p2 u9 e;i1 u2 i2;p1 u3 p2",
    "two inclusive joins in a row": "s i1 u1 i2 u4 i3 u9 e;i1 u2 i2;i1 u3 i3",
    "exclusive merge of a fork": "s p1 u1 x0 u9 e;p1 u2 x0",
    "boundary past an inclusive join": "s i1 v1 i2 u9 e;v1 u7 e;i1 u2 i2;i1 u3 i2",
    "boundary into the other branch": "s p1 v1 i2 u9 e;v1 x0 u2 i2;p1 x0",
    "boundary that starves a join": "s p1 v1 p2 u9 e;v1 u7 e;p1 u2 p2",
    "event gateway in an inclusive block": "s i1 g1 c1 u1 x0 i2 u9 e;g1 c2 x0;i1 u2 i2;i1 u3 i2",
    "event gateway past the join in a loop": "s x1 p1 g1 c1 i2 x2 e;g1 c2 e;p1 u2 i2;x2 x1",
    "boundary in a loop before a join": "s p1 x0 v1 i2 u9 e;v1 x0;p1 u2 i2",
    "both exits of a task into one inclusive join": "s p1 u1 x0 v1 i2 u9 e;p1 u2 x0;v1 u3 i2",
    "implicit merge on a task": "s p1 u1 u9 e;p1 u2 u9",
    "loop over a fork with early exit": "s x0 p1 u1 x1 p2 u5 x2 e;x1 e;p1 u2 x3 p2;x3 e;x2 x0",
    "loop from behind into a branch": "s p1 x0 u1 p2 x1 e;p1 u2 p2;x1 x0",
    "inclusive with a back edge": "s i1 u1 i2 x1 u9 e;i1 u2 i2;x1 u7 i2",
    "split to both kinds of join": "s p1 u1 p2 i2 u9 e;p1 u2 p2;p1 u3 i2",
    "discriminator": "s p1 u1 d2 u9 e;p1 u2 d2;p1 u3 d2",
    "discriminator in a loop": "s x0 p1 u1 d2 x1 e;p1 u2 d2;x1 x0",
    "discriminator that a boundary starves": "s p1 v1 d2 u9 e;v1 u7 e;p1 u2 d2",
    "discriminator after an inclusive split": "s i1 u1 d2 u9 e;i1 u2 d2;i1 u3 d2",
    "discriminator before a parallel join": "s p1 p3 u1 d2 p4 u9 e;p3 u2 d2;p1 u3 p4",
}


def random_graph(seed: int) -> str:
    """Nested blocks of all kinds, some closed by the wrong gateway, some with an unstructured edge."""
    return _Sketch(random.Random(seed)).graph()


class _Sketch:
    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.count = 0

    def graph(self) -> str:
        edges, last = self._sequence("s", 3)
        edges += [(last, "uz"), ("uz", "e")]
        exclusive = sorted({a for a, _ in edges if a[0] == "x"})
        tasks = sorted({b for _, b in edges if b[0] == "u"})
        if exclusive and self.chance.random() < 0.4:
            edges.append((self.chance.choice(exclusive), self.chance.choice(tasks)))
        return ";".join(f"{a} {b}" for a, b in dict.fromkeys(edges))

    def _name(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"

    def _sequence(self, first: str, depth: int) -> tuple[list[tuple[str, str]], str]:
        edges: list[tuple[str, str]] = []
        for _ in range(self.chance.choice((1, 1, 2))):
            more, first = self._block(first, depth)
            edges += more
        return edges, first

    def _block(self, before: str, depth: int) -> tuple[list[tuple[str, str]], str]:
        letter = self.chance.choice("uuuvgpixl" if depth else "uuu")
        if letter == "u":
            task = self._name("u")
            return [(before, task)], task
        if letter == "l":
            merge, split = self._name("x"), self._name("x")
            inside, last = self._sequence(merge, depth - 1)
            return [(before, merge), *inside, (last, split), (split, merge)], split
        if letter == "v":
            return self._with_boundary(before, depth)
        if letter == "g":
            return self._with_events(before, depth)
        return self._with_gateways(before, letter, depth)

    def _with_boundary(self, before: str, depth: int) -> tuple[list[tuple[str, str]], str]:
        """The first flow of the task is its normal exit, the second one its boundary event."""
        task, join = self._name("v"), self._name(self.chance.choice("xxi"))
        normal, end = self._sequence(task, depth - 1)
        aside, other = self._sequence(task, depth - 1)
        first = [(before, task), normal[0], aside[0], *normal[1:], *aside[1:]]
        return [*first, (end, join), (other, join)], join

    def _with_events(self, before: str, depth: int) -> tuple[list[tuple[str, str]], str]:
        gateway, join = self._name("g"), self._name("x")
        edges = [(before, gateway)]
        for _ in range(2):
            catch = self._name("c")
            inside, last = self._sequence(catch, depth - 1)
            edges += [(gateway, catch), *inside, (last, join)]
        return edges, join

    def _with_gateways(self, before: str, letter: str, depth: int) -> tuple[list[tuple[str, str]], str]:
        others = {"i": "xid", "p": "pixd", "x": "x"}[letter]
        closing = letter if self.chance.random() < 0.75 else self.chance.choice(others)
        split, join = self._name(letter), self._name(closing)
        edges = [(before, split)]
        for _ in range(self.chance.choice((2, 2, 3))):
            inside, last = self._sequence(split, depth - 1)
            edges += [*inside, (last, join)]
        return edges, join

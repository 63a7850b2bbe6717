"""Random diagrams, changed at random, with instances moved to them at random moments.

What has been moved behaves as the independent token game does on the new graph, with the same tokens in the same
places. What is refused goes on as if nothing had been asked.
"""

import json
import random
from collections import Counter
from collections.abc import Callable

import pytest

from app.kernel import CommandRefused, ProcessModel, migrate, parse
from tests.kernel import draw
from tests.kernel.host import Host
from tests.kernel.test_random_commands import VARIABLES, Sketch, act, check
from tests.kernel.test_token_game import complete, explained, kernel_state
from tests.kernel.token_game import Endless, Game, Graph, State, random_graph

Edge = tuple[str, str, str]
"""Id of the flow, where it comes from, where it leads."""


class Editor:
    """A process owner with a mind of his own."""

    def __init__(self, graph: Graph, chance: random.Random, work: list[str]) -> None:
        self.graph, self.chance = graph, chance
        self.open = set(work) if chance.random() < 0.5 else set()
        self.edges: list[Edge] = [(name, *ends) for name, ends in zip(graph.names, graph.flows, strict=True)]
        self.way: dict[str, str] = {}

    def edited(self) -> Graph:
        edits = (self.insert, self.insert, self.remove, self.remove, self.branch, self.rename, self.turn)
        for _ in range(self.chance.choice((1, 1, 2, 3))):
            self.chance.choice(edits)()
        return Graph(";".join(f"{a} {b}" for _, a, b in self.edges), [name for name, *_ in self.edges])

    def insert(self) -> None:
        """A step on a flow."""
        place = self.chance.choice([place for place, (_, source, _) in enumerate(self.edges) if source[0] != "g"])
        name, source, target = self.edges[place]
        step = self.name("u")
        self.edges[place : place + 1] = [(name, source, step), (self.name("f"), step, target)]

    def remove(self) -> None:
        """A step goes, and what led to it leads on."""
        led = {target for _, source, target in self.edges if source[0] != "g"} - {"uz"}
        tasks = sorted(node for node in led if node[0] == "u")
        if tasks:
            task = self.chance.choice([task for task in tasks if task in self.open] or tasks)
            behind = next(target for _, source, target in self.edges if source == task)
            kept = [edge for edge in self.edges if edge[1] != task]
            self.edges = [(name, source, behind if target == task else target) for name, source, target in kept]
            self.way = {old: new for old, new in self.way.items() if new != task}

    def branch(self) -> None:
        """One more way from a gateway to another."""
        splits = sorted({source for _, source, _ in self.edges if source[0] in "pix"})
        joins = sorted({target for _, _, target in self.edges if target[0] in "pixd"})
        if splits and joins:
            step = self.name("u")
            self.edges += [
                (self.name("f"), self.chance.choice(splits), step),
                (self.name("f"), step, self.chance.choice(joins)),
            ]

    def rename(self) -> None:
        self.become(lambda node: self.name(node[0]))

    def turn(self) -> None:
        """A gateway becomes one of another kind."""
        self.become(lambda node: self.name(self.chance.choice("pix")) if node[0] in "pix" else node)

    def become(self, called: Callable[[str], str]) -> None:
        node = self.chance.choice(sorted({target for _, _, target in self.edges} - {"e", "uz"}))
        new = called(node)
        self.edges = [(name, new if a == node else a, new if b == node else b) for name, a, b in self.edges]
        self.way = {old: new if now == node else now for old, now in self.way.items()}
        if node in self.graph.nodes:
            self.way.setdefault(node, new)

    def name(self, letter: str) -> str:
        return f"{letter}n{self.chance.randrange(10**9)}"


def carried(game: Game, new: Graph, way: dict[str, str]) -> Game:
    """The same tokens on the new graph."""
    old = game.graph
    place = {name: number for number, name in enumerate(new.names)}
    held = [0] * len(new.flows)
    for name, count in zip(old.names, game.held, strict=True):
        if count:
            held[place[name]] += count
    used = {
        way.get(node, node): {place[old.names[flow]] for flow in flows if old.names[flow] in place}
        for node, flows in game.used.items()
    }
    return Game(new, game.chance, held, [way.get(node, node) for node in game.work], used)


def step(graph: Graph, host: Host, game: Game, chance: random.Random) -> Game:
    """Somebody completes something; answers the game that the kernel agrees with."""
    assert not host.incidents()
    work = sorted(game.work)
    if not work or len(work) > 40:
        return game
    node, decision = chance.choice(work), chance.randrange(64)
    before = game.state
    complete(graph, host, node, decision, chance)
    game.complete(node, decision)
    reached = state(graph, host)
    if reached == game.state:
        return game
    found = explained(game, before, node, decision, reached)
    assert found is not None, (graph.text, node, decision, reached, game.state)
    return found


def state(graph: Graph, host: Host) -> State:
    return ([], [0] * len(graph.flows), {}) if 1 in host.ended else kernel_state(graph, host)


def moved(game: Game, new: Graph, way: dict[str, str], host: Host) -> Game:
    """The game on the new graph; tokens that can go on there go on, in an order that the kernel agrees with."""
    for seed in range(300):
        found = carried(game, new, way)
        found.chance = random.Random(seed)
        found._run(host.variables()["d"] if 1 not in host.ended else 0)
        if found.state == state(new, host):
            return found
    raise AssertionError((game.graph.text, game.state, new.text, way, state(new, host)))


def play(seed: int, verdicts: Counter[str]) -> None:
    chance = random.Random(seed)
    graph = Graph(random_graph(seed))
    game = Game.started(graph, random.Random(seed))
    host = Host(*parse(graph.xml()).processes)
    host.start({"d": 0})
    for turn in range(30):
        if 1 in host.ended:
            break
        if turn % 3 == 2:
            graph, game = migrated(graph, host, game, Editor(graph, chance, game.work), verdicts)
        game = step(graph, host, game, chance)


def migrated(graph: Graph, host: Host, game: Game, editor: Editor, verdicts: Counter[str]) -> tuple[Graph, Game]:
    new = editor.edited()
    file = parse(new.xml())
    if file.errors:
        verdicts["not drawn"] += 1
        return graph, game
    before = json.dumps(host.kernel().dump())
    migration = migrate(host.kernel(), file.processes[0], mapping=editor.way)
    assert json.dumps(host.kernel().dump()) == before
    if migration.kernel is None:
        verdicts.update({finding.code for finding in migration.findings if finding.severity == "error"})
        return graph, game
    verdicts["moved"] += 1
    host.kernels[1] = migration.kernel
    migration.kernel.advance()
    host.settle()
    return new, moved(game, new, editor.way, host)


@pytest.mark.parametrize("block", range(4))
def test_moved_instances_do_what_the_token_game_does_on_the_new_graph(block: int) -> None:
    verdicts: Counter[str] = Counter()
    for seed in range(block * 20, block * 20 + 20):
        try:
            play(seed, verdicts)
        except Endless:
            continue
    assert verdicts["moved"] > 20, verdicts
    assert verdicts["kernel.migration_gone"] > 0, verdicts


def respelt(text: str, names: list[str]) -> str:
    """The same with other ids."""
    for name in names:
        text = text.replace(f'"{name}"', f'"{name}_new"')
    return text


@pytest.mark.parametrize("block", range(2))
def test_diagrams_of_everything_move_to_the_same_and_to_respelt_ones(block: int) -> None:
    for seed in range(block * 25, block * 25 + 25):
        chance, xml = random.Random(seed), Sketch(seed).file()
        host = Host.of(xml)
        names = list(host.models["p"].elements)
        other = {model.id: model for model in parse(respelt(xml.decode(), names).encode()).processes}["p"]
        host.start(VARIABLES, process="p")
        for _ in range(25):
            if host.kernels[1].completed:
                break
            here = host.kernel().dump()
            same = migrate(host.kernel(), host.models["p"])
            assert same.findings == ()
            assert same.kernel is not None
            assert same.kernel.dump() == here
            there = migrate(host.kernel(), other, mapping={name: f"{name}_new" for name in names})
            assert {finding.code for finding in there.findings} <= {"kernel.migration_renamed"}
            assert there.kernel is not None
            assert json.dumps(there.kernel.dump()) == respelt(json.dumps(here), names)
            command(host, chance)


def command(host: Host, chance: random.Random) -> None:
    live = [number for number, kernel in host.kernels.items() if not kernel.completed]
    try:
        act(host, chance.choice(live), chance)
    except CommandRefused:
        host.settle()


CHANGES = [
    (draw.MESSAGE, draw.SIGNAL),
    (draw.SIGNAL, draw.MESSAGE),
    (draw.timer("PT5M"), draw.timer("PT7M")),
    (draw.timer("PT5M"), draw.MESSAGE),
    ("=v0 &gt; 4", "=v0 &gt; 2"),
    ('isInterrupting="false"', 'isInterrupting="true"'),
    ('cancelActivity="true"', 'cancelActivity="false"'),
    ('ordering="Sequential"', 'ordering="Parallel"'),
    ('isSequential="false"', 'isSequential="true"'),
    ('inputElement="item"', 'inputElement="one"'),
    ("activationCount &gt;= 1", "activationCount &gt;= 2"),
    ("<parallelGateway", "<inclusiveGateway"),
    ('type="work"', 'type="other"'),
]


def varied(xml: str, names: list[str], chance: random.Random) -> tuple[str, dict[str, str]]:
    """Some things said otherwise, some elements with other ids; and a mapping that knows most of them."""
    for old, new in chance.sample(CHANGES, 3):
        pieces = xml.split(old)
        if len(pieces) > 1:
            place = chance.randrange(1, len(pieces))
            xml = old.join(pieces[:place]) + new + old.join(pieces[place:])
    xml = xml.replace("<inclusiveGateway", "<parallelGateway") if chance.random() < 0.1 else xml
    other = [name for name in names if chance.random() < 0.1]
    return respelt(xml, other), {name: f"{name}_new" for name in other if chance.random() < 0.8}


@pytest.mark.parametrize("block", range(3))
def test_diagrams_of_everything_move_to_changed_ones_or_stay_and_nothing_is_left_behind(block: int) -> None:
    verdicts: Counter[str] = Counter()
    for seed in range(block * 20, block * 20 + 20):
        chance, xml = random.Random(seed), Sketch(seed).file().decode()
        host = Host.of(xml.encode())
        host.start(VARIABLES, process="p")
        for _ in range(10):
            if host.kernels[1].completed:
                break
            drawn, way = varied(xml, list(host.models["p"].elements), chance)
            models = {model.id: model for model in parse(drawn.encode()).processes}
            if models and change(host, models["p"], way, verdicts):
                xml = drawn
            if not host.kernels[1].completed:
                command(host, chance)
    assert verdicts["moved"] > 20, verdicts
    assert sum(count for code, count in verdicts.items() if code != "moved") > 5, verdicts


def change(host: Host, model: ProcessModel, way: dict[str, str], verdicts: Counter[str]) -> bool:
    before = json.dumps(host.kernel().dump())
    migration = migrate(host.kernel(), model, mapping=way, renewed=("timers", "messages", "tasks"))
    assert json.dumps(host.kernel().dump()) == before
    if migration.kernel is None:
        verdicts.update(finding.code for finding in migration.findings if finding.severity == "error")
        return False
    verdicts["moved"] += 1
    host.kernels[1], host.models["p"] = migration.kernel, model
    migration.kernel.advance()
    host.settle()
    for kernel in host.kernels.values():
        check(kernel) if not kernel.completed else None
    return True

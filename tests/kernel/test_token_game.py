"""Joins and loops against an independent token game: known hard shapes, and random graphs in random orders.

After every step the open work and the tokens held by every join are compared, and the instance is reloaded.
"""

import random

import pytest

from app.kernel import MessageWait, UserWait, parse
from tests.kernel.host import Host
from tests.kernel.token_game import SHAPES, Endless, Game, Graph, State, random_graph


def kernel_state(graph: Graph, host: Host) -> State:
    """Open work by element, the tokens that joins hold per flow, and what complex gateways have used."""
    kernel, held = host.kernel(), [0] * len(graph.flows)
    waits = kernel.waits()
    work = [wait.element_id for wait in waits if isinstance(wait, UserWait)]
    gateways = {wait.token for wait in waits if isinstance(wait, MessageWait) and wait.element_id[0] == "c"}
    work += [kernel.tasks[token].task_spec.element.id for token in gateways]
    used: dict[str, set[int]] = {}
    for token in kernel.tasks.values():
        for flow, count in token.memo.get("in", {}).items():
            held[graph.names.index(flow)] += count
        if "got" in token.memo:
            used[token.task_spec.element.id] = {graph.names.index(flow) for flow in token.memo["got"]}
    return sorted(work), held, used


def complete(graph: Graph, host: Host, node: str, decision: int, chance: random.Random) -> None:
    kernel = host.kernel()
    tokens = [t for t in kernel.tasks.values() if t.task_spec.element.id == node and t.memo.get("w")]
    token = chance.choice(tokens)
    if node[0] == "v" and decision & 1:
        listener = next(t for t in kernel.tasks.values() if t.memo.get("h") == token.id)
        host.do(1, "fire", listener.id, 0, {"d": decision})
    elif node[0] == "g":
        host.do(1, "fire", token.id, decision % len(graph.outgoing[node]), {"d": decision})
    else:
        host.do(1, "complete", token.id, {"d": decision})


def explained(game: Game, before: State, node: str, decision: int, wanted: State) -> Game | None:
    """Tokens that race inside one step may legally end apart: can the game reach the kernel's state too?"""
    for seed in range(600):
        game = game.again(before, seed)
        game.complete(node, decision)
        if game.state == wanted:
            return game
    return None


def play(graph: Graph, seed: int, steps: int) -> None:
    """One random run of the kernel and the game side by side."""
    chance = random.Random(seed)
    game = Game.started(graph, random.Random(seed))
    host = Host(*parse(graph.xml()).processes)
    host.start({"d": 0})
    for _ in range(steps):
        assert not host.incidents()
        work = sorted(game.work)
        if not work or len(work) > 40:
            break
        node, decision = chance.choice(work), chance.randrange(64)
        before = game.state
        complete(graph, host, node, decision, chance)
        game.complete(node, decision)
        over: State = ([], [0] * len(graph.flows), {})
        reached = over if 1 in host.ended else kernel_state(graph, host)
        if reached != game.state:
            found = explained(game, before, node, decision, reached)
            assert found is not None, (graph.text, node, decision, reached, game.state)
            found.chance = game.chance
            game = found
    if not game.work:
        assert (1 in host.ended) == (not any(game.held))


@pytest.mark.parametrize("name", SHAPES)
def test_known_hard_shapes(name: str) -> None:
    graph = Graph(SHAPES[name])
    for seed in range(8):
        play(graph, seed, steps=30)


@pytest.mark.parametrize("block", range(10))
def test_random_graphs(block: int) -> None:
    for seed in range(block * 30, block * 30 + 30):
        graph = Graph(random_graph(seed))
        try:
            for run in range(2):
                play(graph, run, steps=25)
        except Endless:
            continue

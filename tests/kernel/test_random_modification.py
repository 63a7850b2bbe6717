"""Random tokens put and taken in random diagrams: refused as a whole, or nothing is left behind and all of it is stored."""

import json
import random
from collections import Counter

import pytest

from app.kernel import CommandRefused, Kernel, Placement
from tests.kernel.host import Host
from tests.kernel.test_random_commands import VARIABLES, Sketch, act, check


def modification(kernel: Kernel, chance: random.Random) -> tuple[list[int], list[Placement]]:
    """Some tokens to be taken, some elements and flows to put others on, now and then into a scope by its number."""
    numbers = sorted(kernel.tasks)[1:]
    cancel = chance.sample(numbers, min(len(numbers), chance.choice((0, 1, 1, 2))))
    places = sorted([*kernel.model.elements, *kernel.model.flows])
    put = []
    for _ in range(chance.choice((0, 1, 1, 2))):
        scope = chance.choice([1, *numbers]) if chance.random() < 0.1 else None
        variables = {"v0": chance.randrange(9)} if chance.random() < 0.3 else {}
        put.append(Placement(chance.choice(places), scope, variables))
    return cancel, put


def stored(kernel: Kernel) -> str:
    return json.dumps(kernel.dump(), default=str)


def reloaded(kernel: Kernel) -> Kernel:
    blob = json.loads(stored(kernel))
    return Kernel.load(kernel.model, kernel.port, blob, kernel.scopes.variables, is_child=kernel.is_child)


@pytest.mark.parametrize("block", range(3))
def test_random_modifications_leave_nothing_behind_and_are_stored_whole(block: int) -> None:
    outcomes: Counter[str] = Counter()
    for seed in range(block * 40, block * 40 + 40):
        chance = random.Random(seed)
        host = Host.of(Sketch(seed).file())
        host.start(VARIABLES, process="p")
        for turn in range(30):
            live = [number for number, kernel in host.kernels.items() if not kernel.completed]
            if not live:
                break
            number = chance.choice(live)
            before = stored(host.kernels[number])
            try:
                if turn % 2:
                    act(host, number, chance)
                else:
                    host.do(number, "modify", *modification(host.kernels[number], chance))
                    outcomes["moved"] += 1
            except CommandRefused as refused:
                host.settle()
                outcomes[refused.code] += 1
                assert turn % 2 or stored(host.kernels[number]) == before
            for kernel in host.kernels.values():
                if not kernel.completed:
                    check(kernel)
                    assert stored(reloaded(kernel)) == stored(kernel)
    assert outcomes["moved"] > 100, outcomes
    assert outcomes["kernel.no_beginning"] > 10, outcomes

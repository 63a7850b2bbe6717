"""What a step costs; the design allows 0.5 ms of CPU with 2 KB of variables."""

import json
import time

import orjson

from app.kernel import Kernel, parse
from tests.kernel.draw import end, file, flow, flows, node, script, start, user
from tests.kernel.host import FeelPort

STEPS = 40


def test_load_step_and_dump_stay_within_half_a_millisecond() -> None:
    blocks = "".join(
        user(f"u{n}")
        + script(f"c{n}", "n", "=n + 1")
        + node("exclusiveGateway", f"x{n}", default=f"d{n}")
        + flows(f"u{n} c{n} x{n}")
        + flow(f"x{n}", "e", "=n &lt; 0")
        + flow(f"x{n}", f"u{n + 1}" if n < STEPS - 1 else "e", name=f"d{n}")
        for n in range(STEPS)
    )
    model = parse(file(start() + end() + blocks + flows("s u0"))).processes[0]
    variables = {"n": 0} | {f"k{n}": {"name": "x" * 40, "amount": n * 1.5} for n in range(30)}
    assert len(json.dumps(variables)) > 2000
    assert min(_cost_of_a_step(Kernel(model, FeelPort()), variables) for _ in range(5)) < 0.0005


def _cost_of_a_step(kernel: Kernel, variables: dict[str, object]) -> float:
    kernel.start(variables)
    began = time.process_time()
    while not kernel.completed:
        blob, rows = orjson.dumps(kernel.dump()), orjson.dumps(kernel.scopes.local(1))
        kernel = Kernel.load(kernel.model, kernel.port, orjson.loads(blob), {1: orjson.loads(rows)})
        kernel.complete(kernel.waits()[0].token, {"done": True})
        kernel.scopes.take_changes()
    return (time.process_time() - began) / STEPS

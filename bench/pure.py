"""Computation without web and database: a step of the kernel, a FEEL closure, a decision table."""

import time
from collections.abc import Callable

import orjson

from app import dmn
from app.feel import compile_expression
from app.kernel import Kernel, parse
from bench.house import PROCESS, VARIABLES
from tests.company import ROOT
from tests.kernel.host import FeelPort

ROUNDS = 5


def microseconds(act: Callable[[], object], times: int) -> float:
    """CPU time of one act, the best of some rounds, because everything else only adds to it."""

    def round_() -> float:
        begun = time.process_time()
        for _ in range(times):
            act()
        return (time.process_time() - begun) / times

    return min(round_() for _ in range(ROUNDS)) * 1e6


def kernel_step() -> float:
    """Load the state, complete a task, reach the next and dump the state."""
    model, port = parse(PROCESS).processes[0], FeelPort()
    kernel = Kernel(model, port)
    kernel.start(dict(VARIABLES))
    state, rows = orjson.dumps(kernel.dump()), orjson.dumps(kernel.scopes.local(1))
    token = kernel.waits()[0].token

    def step() -> None:
        loaded = Kernel.load(model, port, orjson.loads(state), {1: orjson.loads(rows)})
        loaded.complete(token, {"done": True})
        orjson.dumps(loaded.dump())

    return microseconds(step, 300)


def feel_closure() -> float:
    """Evaluate a condition of everyday size that is compiled already."""
    expression = compile_expression('if amount > 1000 and status = "open" then amount * 0.9 else amount')
    return microseconds(lambda: expression.evaluate({"amount": 1500, "status": "open"}), 3_000)


def decision_table() -> float:
    """Decide the library's warranty table."""
    table = dmn.parse((ROOT / "bpmn/repair/warranty_eligibility.dmn").read_bytes())
    given = {"identity_ok": True, "proof": "invoice", "days_left": 5, "repeat_days": 91}
    return microseconds(lambda: table.evaluate("warranty_eligibility", given), 1_000)

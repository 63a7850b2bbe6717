"""Multi-instance and standard loops: a token for the loop and, inside it, one token per running round.

Rounds use the same spec object as the loop, so nothing in the shared spec changes while instances run. The loop's memo
`m` counts: `n` rounds in all (None if unknown), `next` index, `done` rounds, `over` once the last one is in.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from app.kernel import delivery
from app.kernel.errors import TooManyRounds
from app.kernel.evaluation import Asked, as_list, as_number, truth, value_of
from app.kernel.model import Behavior, Loop
from app.kernel.token import BEGUN, Plan, Token

if TYPE_CHECKING:
    from app.kernel.specs.activities import Activity
    from app.kernel.specs.base import Node

_PLAIN_NAME = re.compile(r"=\s*([^\W\d]\w*)(?:\.\w+)*\s*")
MOST_ROUNDS = 10_000
"""Of one multi-instance activity. Every command on an instance reads all of its tokens, waiting ones too."""
ITEMS = "#items"
RESULTS = "#out"


def enter(spec: Activity, token: Token) -> bool:
    """Evaluate the collection, open the loop and start its first round, or all of them."""
    loop = _loop(spec)
    if token.memo.get("ph") == BEGUN:
        return False
    if loop.standard and loop.test_before and not _goes_on(loop, token, 0):
        return True
    items, count = (None, None) if loop.standard else _items(loop, token)
    armed = spec.arm_boundary(token)
    hidden = {} if loop.standard else {ITEMS: items, RESULTS: [None] * (count or 0)}
    kernel = token.workflow
    kernel.scopes.open(token.id, kernel.scope_key(token), hidden)
    token.memo["m"] = {"n": count, "next": 0, "done": 0}
    token.memo["ph"] = BEGUN
    if count == 0:
        _write_results(loop, token)
        return True
    kernel.listen_at(token, armed)
    for _ in range(1 if loop.sequential or count is None else count):
        _start_round(spec, token)
    return token.wait_for(k="loop")


def plan_round(spec: Activity, token: Token) -> Plan:
    """Evaluate what the loop needs at the end of a round while a failure can still be parked there."""
    loop, body = _loop(spec), _body(token)
    plan = spec.effects(token)
    seen = {**(token.memo.get("v") or {}), **plan.outputs}
    done = body.memo["m"]["done"] + 1
    if loop.standard:
        plan.again = _goes_on(loop, token, done, seen)
        return plan
    if loop.output_element:
        plan.result = value_of(token, loop.output_element, "outputElement", seen)
    count = body.memo["m"]["n"]
    numbers = {**seen, **_numbers(body)}
    plan.again = done < count and not _complete(loop, token, numbers)
    plan.behavior = tuple(found.trigger for found in loop.behaviors if _shows(found, token, done, numbers))
    return plan


def collect(token: Token, plan: Plan) -> None:
    """A round is done: count it and keep its result."""
    body = _body(token)
    loop, count = _loop(token.task_spec), body.memo["m"]
    count["done"] += 1
    if not plan.again:
        count["over"] = True
    for trigger in plan.behavior:
        delivery.show_boundary(body, trigger)
    if loop.output_collection:
        scopes = token.workflow.scopes
        results = list(scopes.variables[body.id][RESULTS])
        results[token.memo["i"]] = plan.result
        scopes.put(body.id, RESULTS, results)


def round_done(spec: Activity, body: Token, child: Token) -> None:
    """A round has gone, completed or cancelled by hand: start the next one or finish the loop."""
    loop, count = _loop(spec), body.memo["m"]
    if not child.is_round:
        return
    if not count.get("over"):
        if loop.sequential and (count["n"] is None or count["next"] < count["n"]):
            _start_round(spec, body)
            return
        if body.inside:
            return
    kernel = body.workflow
    for rest in body.inside:
        kernel.cancel_token(rest)
    _write_results(loop, body)
    body.memo.pop("w", None)
    kernel.resume(body)


def complete_locals(token: Token) -> None:
    """Give a round that is running the names that rounds have in the version it was moved to."""
    body, scopes = _body(token), token.workflow.scopes
    named = _locals(token.task_spec, body, token.memo["i"])
    scopes.open(
        token.id, body.id, {name: value for name, value in named.items() if name not in scopes.variables[token.id]}
    )


def _start_round(spec: Activity, body: Token) -> None:
    kernel, count = body.workflow, body.memo["m"]
    index = count["next"]
    count["next"] += 1
    token = kernel.spawn(spec, body, i=index)
    kernel.scopes.open(token.id, body.id, _locals(spec, body, index))


def _locals(spec: Node, body: Token, index: int) -> dict[str, Any]:
    """The variables of one round."""
    loop = _loop(spec)
    local: dict[str, Any] = {"loopCounter": index + 1}
    if name := _PLAIN_NAME.fullmatch(loop.output_element or ""):
        # Its own in every round, else rounds side by side would overwrite each other's result.
        local[name[1]] = None
    items = body.workflow.scopes.variables[body.id].get(ITEMS)
    if loop.input_element and items is not None:
        local[loop.input_element] = items[index]
    return local


def _items(loop: Loop, token: Token) -> tuple[list[Any] | None, int]:
    if loop.collection:
        items = as_list(token, loop.collection, "inputCollection")
        return items, _bearable(len(items), Asked(token, loop.collection, "inputCollection"))
    text = loop.cardinality or ""
    return None, _bearable(as_number(token, text, "loopCardinality"), Asked(token, text, "loopCardinality"))


def _bearable(count: int, asked: Asked) -> int:
    """The number of rounds. Raises TooManyRounds before any of them takes memory."""
    if count > MOST_ROUNDS:
        raise asked.unfit(TooManyRounds, count, count=count, limit=MOST_ROUNDS)
    return count


def _goes_on(loop: Loop, token: Token, done: int, seen: dict[str, Any] | None = None) -> bool:
    """Does a standard loop run once more after `done` rounds? Without condition and limit it runs for ever."""
    if loop.maximum is not None and done >= loop.maximum:
        return False
    return loop.condition is None or truth(token, loop.condition, "loopCondition", seen)


def _complete(loop: Loop, token: Token, numbers: dict[str, Any]) -> bool:
    return loop.completion_condition is not None and truth(
        token, loop.completion_condition, "completionCondition", numbers
    )


def _shows(behavior: Behavior, token: Token, done: int, numbers: dict[str, Any]) -> bool:
    """Is the event of a behavior thrown at the end of this round?"""
    if behavior.condition is not None:
        return truth(token, behavior.condition, "behaviorCondition", numbers)
    return done == 1 or not behavior.first_only


def _numbers(body: Token) -> dict[str, int]:
    """How far the loop is when the present round is over, by the names that Camunda 8 gives."""
    count = body.memo["m"]
    return {
        "numberOfInstances": count["n"],
        "numberOfCompletedInstances": count["done"] + 1,
        "numberOfActiveInstances": count["next"] - count["done"] - 1,
        "numberOfTerminatedInstances": 0,
    }


def _write_results(loop: Loop, body: Token) -> None:
    """The results in the order of the collection, written from the scope around the loop."""
    scope = body.scope
    if loop.output_collection and scope is not None:
        kernel = body.workflow
        kernel.write(scope, {loop.output_collection: kernel.scopes.variables[body.id][RESULTS]})


def _loop(spec: Any) -> Loop:
    loop: Loop = spec.element.loop
    return loop


def _body(token: Token) -> Token:
    body = token.scope
    assert body is not None
    return body

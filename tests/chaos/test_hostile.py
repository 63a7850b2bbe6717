"""Whatever diagrams, tables, forms and callers hold, the server answers them and goes on serving everybody else."""

import http.client
import json
import threading
import typing as t
from collections.abc import Iterator
from xml.sax.saxutils import escape

import pytest
import sqlalchemy as sa
from flask import Flask

from app.db import db
from app.engine.models import UserTask
from app.kernel.reading import MOST_NODES
from bench.house import memory_mb
from tests.chaos.caller import Caller
from tests.chaos.server import ServerProcess
from tests.dmn.files import decision, file_of, literal, table
from tests.engine.diagrams import END, START, bpmn, catch_timer, chain, flow, script, user
from tests.feel.test_bounds import BOMB, HOSTILE
from tests.hostile import drawings

GROWTH = 256.0
"""Megabytes by which the server may grow while three at a time try to harm it: each evaluation may take 64, and the
allocator keeps some of what the largest drawing took."""
TOGETHER = 3
IN_DIAGRAMS = ("an endless range", "doubling", "joined by a long text", "a list that holds itself twice",
               "sorted by a liar", "numbers of thousands of digits", "a function that calls itself in two ways",
               "an exponential pattern", "every day of the standard", "powers of powers")  # fmt: skip
TO_TRY = (*IN_DIAGRAMS, "a group that is repeated", "replaced by more", "contexts put into contexts", "partitioned",
          "durations multiplied", "brackets", "a text of nested JSON")  # fmt: skip
ENDLESS = "count(for i in 1..10**12 return i)"
VALUES = {
    "text": "a" * 20_000,
    "xs": list(range(5_000)),
    "ys": list(range(300)),
    "deep": {"a": {"a": [1]}},
    "s": "abc",
    "n": 7,
}


def quoted(source: str) -> str:
    return escape(f"={source}", {'"': "&quot;"})


RULE = (
    '<businessRuleTask id="step" name="Decide"><extensionElements>'
    '<zeebe:calledDecision decisionId="{}" resultVariable="x"/></extensionElements></businessRuleTask>'
)
LOOP = (
    '<userTask id="step" name="step"><extensionElements><zeebe:userTask/></extensionElements>'
    '<multiInstanceLoopCharacteristics><extensionElements><zeebe:loopCharacteristics inputCollection="{}"'
    ' inputElement="one"/></extensionElements></multiInstanceLoopCharacteristics></userTask>'
)
PLACES = {
    "gateway": START + '<exclusiveGateway id="step" default="f_step_end"/>' + user("yes") + END + flow("start", "step")
    + flow("step", "yes", quoted(f"{ENDLESS} > 0")) + flow("step", "end") + flow("yes", "end"),
    "mapping": chain(START, user("step", inputs=f'<zeebe:input source="{quoted(BOMB)}" target="x"/>'), END),
    "timer": chain(START, catch_timer("step", quoted(f"duration(string({ENDLESS}))")), END),
    "assignee": chain(START, user("step", assignee=quoted(f"string({ENDLESS})")), END),
    "collection": chain(START, LOOP.format(quoted("for i in 1..10**12 return i")), END),
    "table": chain(START, RULE.format("hostile_table"), END),
    "decision": chain(START, RULE.format("hostile_literal"), END),
}  # fmt: skip
DECISIONS = file_of(
    decision("hostile_table", table([("n", "number")], [("x", "Any")], [[f"{ENDLESS} > ?", "1"]])),
    decision("hostile_literal", literal(BOMB)),
)
FORM = {
    "type": "default",
    "id": "hostile_form",
    "schemaVersion": 19,
    "components": [
        {"type": "textfield", "id": "f1", "key": "note", "label": "note", "conditional": {"hide": f"={ENDLESS} > 0"}},
        {"type": "number", "id": "f2", "key": "sum", "label": "sum", "validate": {"max": f"={ENDLESS}"}},
    ],
}


class Others(threading.Thread):
    """Somebody else at work: looks whether the server is healthy and completes tasks, one after the other, at least one.

    Who is not served gives up after PATIENCE and leaves a failure behind.
    """

    def __init__(self, server: ServerProcess, tasks: list[int]) -> None:
        super().__init__(daemon=True)
        self._server, self._tasks, self._done = server, tasks, threading.Event()
        self.answers: list[int] = []
        self.failures: list[str] = []
        self.memory = [memory_mb(server.pid)]

    def run(self) -> None:
        with Caller(self._server.port) as caller:
            for task in self._tasks:
                try:
                    self.answers += [caller.get("/healthz"), caller.post(f"/user-tasks/{task}/completion", {})[0]]
                except (OSError, http.client.HTTPException) as error:
                    self.failures.append(repr(error))
                self.memory.append(memory_mb(self._server.pid))
                if self._done.wait(0.05):
                    return

    def stop(self) -> None:
        self._done.set()
        self.join(120)
        assert not self.is_alive()


@pytest.fixture
def caller(server: ServerProcess) -> Iterator[Caller]:
    with Caller(server.port) as somebody:
        yield somebody


@pytest.fixture
def others(server: ServerProcess, app: Flask) -> Iterator[Others]:
    """They work while the test runs; in the end all their work must be done and the server no larger than allowed."""
    query = sa.select(UserTask.key).where(UserTask.element_id == "first", UserTask.state == "created")
    crew = Others(server, list(db.session.scalars(query)))
    db.session.rollback()
    crew.start()
    yield crew
    crew.stop()
    assert crew.failures == []
    assert set(crew.answers) == {200, 204}
    assert max(crew.memory) - crew.memory[0] < GROWTH
    assert "Traceback" not in server.log


def at_once(acts: list[t.Callable[[Caller], t.Any]], port: int) -> list[t.Any]:
    """Do all acts, some at a time, each client on a connection of its own."""
    done: list[t.Any] = [None] * len(acts)

    def work(first: int) -> None:
        with Caller(port) as caller:
            for number in range(first, len(acts), TOGETHER):
                done[number] = acts[number](caller)

    threads = [threading.Thread(target=work, args=(first,)) for first in range(TOGETHER)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


def test_hostile_diagrams_end_as_incidents_that_say_why(server: ServerProcess, caller: Caller, others: Others) -> None:
    scripts = {name: chain(START, script("step", quoted(HOSTILE[name]), "x"), END) for name in IN_DIAGRAMS}
    bodies = {f"hostile_{number}": body for number, body in enumerate([*PLACES.values(), *scripts.values()])}
    files = {f"{name}.bpmn": bpmn(name, body) for name, body in bodies.items()}
    status, answer = caller.deploy({**files, "hostile.dmn": DECISIONS})
    assert status == 200, answer

    def start(name: str) -> t.Callable[[Caller], t.Any]:
        given = {"processDefinitionId": name, "variables": VALUES}
        return lambda client: client.post("/process-instances", given)

    started = at_once([start(name) for name in bodies], server.port)
    assert [status for status, _ in started] == [200] * len(bodies)
    incidents = caller.found("/incidents/search", {"filter": {"state": "ACTIVE"}, "page": {"limit": 100}})
    said = {one["processDefinitionId"]: one["errorMessage"] for one in incidents}
    over = caller.found("/process-instances/search", {"filter": {"state": "COMPLETED"}, "page": {"limit": 100}})
    assert set(bodies) == set(said) | {one["processDefinitionId"] for one in over}
    assert len(said) > len(PLACES)
    for message in said.values():
        assert any(words in message for words in ("was stopped because", "too large or nested")), message


def test_a_form_with_hostile_conditions_is_answered_at_its_fields(
    server: ServerProcess, caller: Caller, others: Others
) -> None:
    process = bpmn("hostile_filling", chain(START, user("fill", form="hostile_form"), END))
    files = {"hostile_filling.bpmn": process, "hostile_form.form": json.dumps(FORM).encode()}
    assert caller.deploy(files)[0] == 200
    status, started = caller.post("/process-instances", {"processDefinitionId": "hostile_filling"})
    assert status == 200
    wanted = {"filter": {"processInstanceKey": started["processInstanceKey"]}}
    (task,) = caller.found("/user-tasks/search", wanted)
    filled = {"variables": {"note": "x", "sum": 3}}
    status, problem = caller.post(f"/user-tasks/{task['userTaskKey']}/completion", filled)
    assert status == 422, problem
    assert any("too many steps" in text for texts in problem["fields"].values() for text in texts), problem


def test_hostile_questions_are_answered(server: ServerProcess, others: Others) -> None:
    def ask(name: str) -> t.Callable[[Caller], t.Any]:
        given = {"expression": f"={HOSTILE[name]}"[:20_000], "variables": VALUES}
        return lambda client: client.post("/expression/evaluation", given)

    answers = at_once([ask(name) for name in TO_TRY], server.port)
    for name, (status, answer) in zip(TO_TRY, answers, strict=True):
        assert status in (200, 422), (name, status, answer)
        assert status == 200 or answer["detail"], name


def nested(depth: int) -> bytes:
    return file_of(
        decision("d", "<context><contextEntry>" * depth + literal("1") + "</contextEntry></context>" * depth)
    )


def price_list(rules: int) -> bytes:
    rows = [[f"[{number}..{number + 1})", f'"type {number}"', str(number)] for number in range(rules)]
    return file_of(decision("prices", table([("a", "number"), ("b", "string")], [("r", "number")], rows)))


ENTITY = (
    b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'
)
FILES = {
    "a long expression": ("long.bpmn", bpmn("long", chain(START, script("s", f"=1{'+1' * 49_000}", "x"), END)), 200),
    "a longer expression": ("longer.bpmn", bpmn("longer", chain(START, script("s", f"=1{'+1' * 60_000}", "x"), END)), 422),
    "many long expressions": (
        "many.bpmn",
        bpmn("many", chain(START, *(script(f"s{n}", f"={'(' * 45_000}", "x") for n in range(3)), END)),
        422,
    ),
    "a large table": ("prices.dmn", price_list(4_000), 200),
    "too large a table": ("more.dmn", price_list(20_000), 422),
    "broken cells": ("broken.dmn", price_list(4_000).replace(b"..", b". ."), 422),
    "nested logic": ("nested.dmn", nested(60), 200),
    "deeply nested logic": ("deep.dmn", nested(5_000), 422),
    "as large a drawing as there may be": ("path.bpmn", drawings.chain(MOST_NODES), 200),
    "a larger drawing": ("paths.bpmn", drawings.chain(MOST_NODES + 1), 422),
    "half a million elements": ("elements.bpmn", drawings.elements(500_000), 422),
    "everything connected with everything": ("tangle.bpmn", drawings.tangle(150), 422),
    "sub-processes without an end": ("deep.bpmn", drawings.nested(5_000), 422),
    "a million rounds, which only start": ("rounds.bpmn", drawings.rounds(1_000_000), 200),
    "entities": ("entities.dmn", ENTITY + file_of(decision("d", literal("&c;"))).replace(b"&amp;", b"&"), 422),
    "a file of the machine": (
        "outside.dmn",
        b'<!DOCTYPE d [<!ENTITY c SYSTEM "file:///etc/passwd">]>'
        + file_of(decision("d", literal("&c;"))).replace(b"&amp;", b"&"),
        422,
    ),
}  # fmt: skip


def test_hostile_files_are_deployed_or_refused_with_findings(
    server: ServerProcess, caller: Caller, others: Others
) -> None:
    for name, (file, content, expected) in FILES.items():
        status, answer = caller.deploy({file: content})
        assert status == expected, (name, status, str(answer)[:500])
        if status == 422:
            assert answer["findings"][0]["message"], name
            assert len(json.dumps(answer)) < 2_000_000, name
            assert "root:" not in json.dumps(answer)

"""Random diagrams of everything, random commands in random order: nothing breaks and nothing is left behind."""

import random

import pytest

from app.kernel import (
    Answer,
    CallWait,
    ChoiceWait,
    CommandRefused,
    ConditionWait,
    JobWait,
    Kernel,
    SignalWait,
    TimerWait,
    UserWait,
)
from app.kernel.compensation import every
from tests.kernel import draw
from tests.kernel.host import Host

TRIGGERS = [
    draw.MESSAGE,
    draw.SIGNAL,
    draw.timer("PT5M"),
    draw.timer("R3/PT1M", "timeCycle"),
    draw.condition("=v0 &gt; 4"),
    draw.MESSAGE + draw.condition("=v1 &gt; 6") + draw.timer("PT9M"),
]
THROWN = [draw.ERROR, draw.ERROR_2, draw.ESCALATION, draw.SIGNAL, draw.TERMINATE, draw.COMPENSATE]
ACTIVATION = "<activationCondition>=activationCount &gt;= 1</activationCondition>"
ENOUGH = "<completionCondition>=v2 &gt; 5</completionCondition>"
TASK_EVENTS = ("creating", "assigning", "updating", "completing", "canceling")
VARIABLES = {"v0": 0, "v1": 0, "v2": 0}
LOOPS = [
    draw.several("=[1,2,3]", "item", "out", "=item"),
    draw.several("=[1,2]", "item", sequential=True),
    draw.several("=[]", "item"),
    '<standardLoopCharacteristics loopMaximum="2"/>',
]


class Sketch:
    """Draws a random, well-formed process."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.count = 0
        self.kinds = "uujcsxa"

    def file(self) -> bytes:
        caller = draw.process(self.scope(3))
        # A called process that calls itself would never come to rest.
        self.kinds = "uujsxa"
        return draw.file(caller, draw.process(self.scope(1), "q"))

    def scope(self, depth: int, ends: tuple[str, ...] = ()) -> str:
        """A start event, some blocks in a row, an end event, now and then an event sub-process."""
        first, last = self.name("s"), self.name("e")
        drawn, before = draw.start(first), first
        for _ in range(self.chance.choice((1, 2, 2, 3))):
            more, before = self.block(before, depth)
            drawn += more
        thrown = self.chance.choice(ends or THROWN) if self.chance.random() < (0.7 if ends else 0.3) else ""
        drawn += draw.end(last, thrown) + draw.flow(before, last)
        if self.chance.random() < 0.4:
            trigger = self.chance.choice([*TRIGGERS, draw.ESCALATION, draw.ANY_ERROR])
            interrupting = trigger == draw.ANY_ERROR or self.chance.random() < 0.5
            thrown = draw.COMPENSATE if self.chance.random() < 0.3 else ""
            drawn += draw.event_sub(self.name("es"), trigger, interrupting, thrown)
        return drawn

    def name(self, letters: str) -> str:
        self.count += 1
        return f"{letters}{self.count}"

    def block(self, before: str, depth: int) -> tuple[str, str]:
        if depth and self.chance.random() < 0.3:
            return self.fork(before, depth)
        if self.chance.random() < 0.1:
            name = self.name("th")
            return draw.throw(name, draw.COMPENSATE) + draw.flow(before, name), name
        drawn, name = self.activity(depth)
        drawn += draw.flow(before, name)
        return drawn + self.beside(name) + self.undoing(name), name

    def activity(self, depth: int) -> tuple[str, str]:
        loop = self.chance.choice(LOOPS) if self.chance.random() < 0.3 else ""
        kind = self.chance.choice(self.kinds if depth else "uuj")
        if kind == "s":
            name = self.name("sp")
            return draw.sub(name, draw.extension(self.heard()) + loop + self.scope(depth - 1)), name
        if kind == "x":
            name, event = self.name("tx"), self.name("b")
            transaction = draw.node("transaction", name, loop + self.scope(depth - 1, (draw.CANCEL, draw.ERROR)))
            return transaction + draw.boundary(event, name, draw.CANCEL), name
        if kind == "a":
            return self.ad_hoc(depth, loop)
        if kind == "c":
            name = self.name("c")
            return draw.call(name, "q", loop), name
        name = self.name("t")
        if kind == "u":
            return draw.user(name, draw.extension(self.heard() + self.heard("task")) + loop), name
        return draw.job(name).replace("<zeebe:task", self.heard() + "<zeebe:task").replace("</se", f"{loop}</se"), name

    def heard(self, of: str = "execution") -> str:
        """Perhaps listeners, the job of each named after its event."""
        events = TASK_EVENTS if of == "task" else ("start", "end")
        drawn = [event for event in events if self.chance.random() < 0.4] if self.chance.random() < 0.3 else ()
        return draw.listening(*(draw.listener(event, event) for event in drawn), holder=of) if drawn else ""

    def ad_hoc(self, depth: int, loop: str) -> tuple[str, str]:
        name, choice = self.name("ah"), draw.extension("<zeebe:adHoc/>") if self.chance.random() < 0.4 else ""
        inside = "".join(self.activity(depth - 1)[0] for _ in range(2)) + self.chance.choice(("", ENOUGH))
        order = self.chance.choice(("Parallel", "Sequential"))
        return draw.node("adHocSubProcess", name, choice + loop + inside, ordering=order), name

    def undoing(self, name: str) -> str:
        """Perhaps a handler that undoes the activity."""
        if self.chance.random() > 0.5:
            return ""
        return draw.undone(name, self.chance.choice((draw.user, draw.job))(f"{name}_undo"))

    def beside(self, name: str) -> str:
        """Perhaps a boundary event with a path of its own."""
        if self.chance.random() > 0.35:
            return ""
        event, task = self.name("b"), self.name("t")
        trigger = self.chance.choice([*TRIGGERS, draw.ERROR, draw.ANY_ERROR, draw.ESCALATION])
        interrupting = "error" in trigger or self.chance.random() < 0.5
        return draw.boundary(event, name, trigger, interrupting) + draw.user(task) + draw.flow(event, task)

    def fork(self, before: str, depth: int) -> tuple[str, str]:
        kind = self.chance.choice(("parallelGateway", "inclusiveGateway", "complexGateway"))
        split, join = self.name("g"), self.name("g")
        condition = ACTIVATION if kind == "complexGateway" else ""
        drawn = draw.node(kind, split) + draw.node(kind, join, condition) + draw.flow(before, split)
        for _ in range(2):
            more, last = self.block(split, depth - 1)
            drawn += more + draw.flow(last, join)
        return drawn, join


def act(host: Host, number: int, chance: random.Random) -> None:
    """One random command to one instance."""
    kernel = host.kernel(number)
    waits = kernel.waits()
    if kernel.incidents() and chance.random() < 0.3:
        host.do(number, "retry", chance.choice(kernel.incidents()).token)
    elif not waits or chance.random() < 0.03:
        host.do(number, "modify", [chance.choice(sorted(kernel.tasks)[1:] or [1])])
    else:
        answer(host, number, chance.choice(waits), chance)


def answer(host: Host, number: int, wait: object, chance: random.Random) -> None:
    variables = {f"v{chance.randrange(3)}": chance.randrange(9)}
    if isinstance(wait, JobWait) and wait.event in TASK_EVENTS:
        said = {"corrections": {"priority": 3}} if chance.random() < 0.3 else {"denied": chance.random() < 0.3}
        host.do(number, "answer", wait.token, None, Answer(**said))
    elif isinstance(wait, JobWait) and wait.event:
        host.do(number, "answer", wait.token, variables)
    elif isinstance(wait, UserWait) and chance.random() < 0.2:
        host.do(number, "change_task", wait.token, chance.choice(("assigning", "updating")), {"assignee": "anna"})
    elif isinstance(wait, UserWait | JobWait):
        commands = ("complete", "complete", "complete", "fail", "escalate", "raise_incident")
        command = chance.choice(commands)
        code = {"fail": chance.choice(("E1", "E2")), "escalate": "X1", "raise_incident": "x"}.get(command)
        host.do(number, command, wait.token, *([variables] if code is None else [code, variables]))
    elif isinstance(wait, SignalWait):
        host.do(number, "signal", wait.name, variables)
    elif isinstance(wait, ConditionWait):
        host.do(number, "set_variables", {"v0": chance.randrange(9), "v1": chance.randrange(9)})
    elif isinstance(wait, ChoiceWait):
        steps = [(step, variables) for step in wait.steps if chance.random() < 0.5]
        host.do(number, "activate", wait.token, steps, cancel_remaining=chance.random() < 0.2)
    elif not isinstance(wait, CallWait):
        if isinstance(wait, TimerWait):
            host.port.time = max(host.port.time, wait.due)
        host.do(number, "fire", wait.token, wait.index, variables)


def frozen_by(memo: dict) -> set[int]:
    """The keys of the frozen scopes that a token answers for."""
    records = every([*memo.get("c", ()), *memo.get("todo", ())])
    return {record["s"] for record in records if "s" in record} | {memo.get("sk", 0)}


def check(kernel: Kernel) -> None:
    """Nothing refers to what is no longer there."""
    tokens = kernel.tasks
    for token in tokens.values():
        assert token._parent is None or token._parent in tokens
        assert token.memo.get("h", token.id) in tokens
        assert all(inside in tokens for inside in token._children)
        assert token.is_ready == token.has_incident, token.task_spec.name
        for farewell in token.memo.get("after", ()):
            assert "bye" in tokens[farewell].memo
    kept = {key for token in tokens.values() for key in frozen_by(token.memo)}
    assert set(kernel.scopes.variables) <= set(tokens) | kept
    assert set(kernel.joins.values()) == {token.id for token in tokens.values() if "in" in token.memo}
    if tokens:
        root = kernel.task_tree
        assert any(not token.is_listener for token in root.inside), "an instance with nothing to do is over"


@pytest.mark.parametrize("block", range(6))
def test_random_commands(block: int) -> None:
    ended = 0
    for seed in range(block * 50, block * 50 + 50):
        chance = random.Random(seed)
        host = Host.of(Sketch(seed).file())
        host.start(VARIABLES, process="p")
        for _ in range(40):
            live = [number for number, kernel in host.kernels.items() if not kernel.completed]
            if not live:
                break
            try:
                act(host, chance.choice(live), chance)
            except CommandRefused:
                host.settle()
            for kernel in host.kernels.values():
                check(kernel) if not kernel.completed else None
        ended += 1 in host.ended
    assert ended > 12

"""Live instances on a changed diagram: what goes on as it was, what is new, and what keeps an instance where it is."""

import json
from collections.abc import Sequence

import pytest

from app.kernel import Migration, TimerWait, migrate, parse
from tests.kernel import draw
from tests.kernel.draw import (
    boundary,
    call,
    end,
    event_sub,
    file,
    flow,
    flows,
    heard,
    job,
    listener,
    mapping,
    node,
    script,
    several,
    start,
    sub,
    timer,
    undone,
    user,
)
from tests.kernel.host import Host

TWO = start() + user("a") + user("b") + end() + flows("s a b e")
ONE = start() + user("b") + end() + flows("s b e")
FORK = (
    start() + node("parallelGateway", "g") + user("a") + user("b") + node("parallelGateway", "j") + user("z") + end()
)  # fmt: skip
BRANCHES = flows("s g a") + flow("a", "j", name="aj") + flow("g", "b") + flow("b", "j", name="bj") + flows("j z e")
PARALLEL = FORK + BRANCHES
THIRD = PARALLEL + user("c") + flow("g", "c") + flow("c", "j", name="cj")
INSIDE = start("is") + user("a") + user("a2") + end("ie") + flows("is a a2 ie")
AROUND = user("b") + end() + flows("s sp b e")
NESTED = start() + sub("sp", INSIDE) + AROUND
WITH_EVENT = start() + sub("sp", INSIDE + event_sub("es", timer("PT5M"))) + AROUND


def move(host: Host, body: str, way: dict[str, str] | None = None, renewed: Sequence[str] = ()) -> Migration:
    """Bring instance 1 to the process of another drawing, the way the engine does; a refusal must change nothing."""
    kernel, before = host.kernel(), json.dumps(host.kernel().dump())
    model = parse(file(body)).processes[0]
    migration = migrate(kernel, model, host.port, way, renewed)  # type: ignore[arg-type]
    assert json.dumps(kernel.dump()) == before
    if migration.kernel is not None:
        host.models[model.id] = model
        host.kernels[1] = migration.kernel
        migration.kernel.advance()
        host.settle()
    return migration


def codes(migration: Migration, severity: str = "error") -> list[tuple[str, str]]:
    found = [finding for finding in migration.findings if finding.severity == severity]
    assert (migration.kernel is None) == any(finding.severity == "error" for finding in migration.findings)
    return [(finding.code.removeprefix("kernel.migration_"), finding.element_id or "") for finding in found]


def begun(body: str, *done: str, **variables: object) -> Host:
    host = Host.of(file(body))
    host.start(variables)
    for element in done:
        host.complete(element)
    return host


def goes(host: Host, *elements: str) -> None:
    """People complete these steps, and then the instance is over."""
    for element in elements:
        host.complete(element)
    assert host.open() == ["completed"]


LOOP = several("=items", "item", "out", "=item")
COLLECTED = start() + user("a", LOOP) + user("b") + end() + flows("s a b e")
ADDED_BEHIND = COLLECTED.replace('targetRef="e"', 'targetRef="n"') + user("n") + flows("n e")


@pytest.mark.parametrize(
    ("old", "done", "new", "way", "after"),
    [
        pytest.param(TWO, "", TWO.replace('targetRef="b"', 'targetRef="n"') + user("n") + flows("n b"), {}, "a n b",
                     id="a step is added behind"),
        pytest.param(TWO, "", TWO.replace('targetRef="a"', 'targetRef="n"') + user("n") + flows("n a"), {}, "a b",
                     id="a step is added before"),
        pytest.param(TWO, "", ONE, {"a": "b"}, "b", id="the open step is gone and mapped to the next"),
        pytest.param(TWO, "", TWO.replace('"a"', '"x"'), {"a": "x"}, "x b", id="the open step has another id"),
        pytest.param(TWO, "a", TWO.replace('"a"', '"x"'), {}, "b", id="a step that is done has another id"),
        pytest.param(PARALLEL, "a", PARALLEL.replace('"aj"', '"aj9"'), {}, "b z", id="a flow into the open join is redrawn"),
        pytest.param(PARALLEL, "a", PARALLEL.replace('"aj"', '"bj9"').replace('"bj"', '"aj"').replace('"bj9"', '"bj"'),
                     {"aj": "bj"}, "b z", id="flows into the open join are mapped"),
        pytest.param(COLLECTED, "a", ADDED_BEHIND, {}, "a a b n", id="a step is added behind an open loop"),
        pytest.param(TWO, "", TWO + boundary("bt", "a", draw.MESSAGE) + user("late") + flows("bt late"), {}, "a b",
                     id="a boundary event is added"),
        pytest.param(NESTED, "", WITH_EVENT, {}, "a a2 b", id="an event sub-process is added"),
        pytest.param(WITH_EVENT, "", NESTED, {}, "a a2 b", id="an event sub-process is removed"),
    ],
)  # fmt: skip
def test_an_instance_goes_on_in_the_new_diagram(old: str, done: str, new: str, way: dict, after: str) -> None:
    host = begun(old, *done.split(), items=[1, 2, 3], out=None)
    assert codes(move(host, new, way)) == []
    goes(host, *after.split())


MOVED_IN = start() + sub("sp", start("is") + user("a") + end("ie") + flows("is a ie")) + AROUND
RESULTS = COLLECTED.replace(' outputCollection="out" outputElement="=item"', "")
LISTENED = start() + user("a", heard(listener("start", "first"))) + user("b") + flows("s a b")
AD_HOC = node("adHocSubProcess", "ah", user("x") + user("y"), ordering="Sequential")
UNDONE = start() + user("a") + undone("a", user("a_undo")) + user("b") + end() + flows("s a b e")


@pytest.mark.parametrize(
    ("old", "done", "new", "way", "reasons"),
    [
        pytest.param(TWO, "", ONE, {}, [("gone", "a")], id="the open step is gone"),
        pytest.param(TWO, "", TWO.replace('<userTask id="a">', '<manualTask id="a">').replace("</userTask>", "</manualTask>", 1),
                     {}, [("kind", "a")], id="the open step is another kind of element"),
        pytest.param(TWO, "", MOVED_IN, {}, [("scope", "a")], id="the open step lies in a sub-process now"),
        pytest.param(NESTED, "", TWO, {}, [("gone", "sp"), ("scope", "a")], id="the sub-process around it is gone"),
        pytest.param(PARALLEL, "a", THIRD, {}, [("starves", "j")], id="a branch is added to an open parallel block"),
        pytest.param(THIRD, "a", THIRD.replace(flow("a", "j", name="aj"), flow("a", "e")), {}, [("flow", "j")],
                     id="the flow of a waiting token is gone"),
        pytest.param(PARALLEL, "a", start() + user("b") + node("parallelGateway", "j") + user("z") + end() + flows("s b j z e"),
                     {}, [("join", "j")], id="the open join joins no more"),
        pytest.param(COLLECTED, "", COLLECTED.replace('isSequential="false"', 'isSequential="true"'), {}, [("loop", "a")],
                     id="an open loop became sequential"),
        pytest.param(COLLECTED, "", TWO, {}, [("loop", "a")], id="an open loop is none any more"),
        pytest.param(TWO, "", COLLECTED, {}, [("loop", "a")], id="an open step became a loop"),
        pytest.param(RESULTS, "a", COLLECTED, {}, [("results", "a")], id="results are collected from now on"),
        pytest.param(start() + node("scriptTask", "a", draw.extension('<zeebe:taskDefinition type="t"/>')) + flows("s a"), "",
                     start() + script("a", "v", "=1") + flows("s a"), {}, [("work", "a")], id="a job became an expression"),
        pytest.param(LISTENED, "", LISTENED.replace('"first"', '"other"'), {}, [("listener", "a")],
                     id="another listener where one is at work"),
        pytest.param(start() + AD_HOC + flows("s ah"), "", start() + AD_HOC.replace(user("y"), user("w")) + flows("s ah"), {},
                     [("gone", "y")], id="a step still to begin is gone"),
        pytest.param(UNDONE, "a", TWO, {}, [("undo", "a")], id="what is done can no longer be undone"),
        pytest.param(start() + node("intermediateCatchEvent", "c", draw.MESSAGE) + flows("s c"), "",
                     start() + node("intermediateCatchEvent", "c", timer("PT1M")) + flows("s c"), {}, [("events", "c")],
                     id="another event is waited for"),
        pytest.param(TWO, "", TWO + boundary("bt", "a", timer("=missing")) + user("l") + flows("bt l"), {}, [("not_armed", "bt")],
                     id="a new event has no time"),
        pytest.param(TWO, "", TWO, {"ghost": "a"}, [("unknown_source", "ghost")], id="the mapping names what is not there"),
        pytest.param(TWO, "", TWO, {"a": "ghost"}, [("unknown_target", "a")], id="the mapping leads to what is not there"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_keeps_the_instance_where_it_is(
    old: str, done: str, new: str, way: dict, reasons: list[tuple[str, str]]
) -> None:
    host = begun(old, *done.split(), items=[1, 2, 3], out=None)
    assert codes(move(host, new, way)) == reasons


def test_timers_and_messages_go_on_as_they_began_unless_asked_for_anew() -> None:
    def drawn(duration: str, message: str) -> str:
        late = boundary("bt", "a", timer(duration)) + user("late") + flows("bt late e")
        return TWO + late + boundary("bm", "a", message, interrupting=False) + user("told") + flows("bm told e")

    host = begun(drawn("PT1H", draw.KEYED), order="O-1")
    host.port.time = host.port.time.replace(hour=13)
    migration = move(host, drawn("PT3H", draw.MESSAGE))
    assert codes(migration, "warning") == [("kept", "bt"), ("kept", "bm")]
    assert host.receiver("keyed", "O-1") is not None
    (due,) = (wait.due for wait in host.kernel().waits() if isinstance(wait, TimerWait))
    assert due == host.port.time
    migration = move(host, drawn("PT3H", draw.MESSAGE), renewed=["timers", "messages"])
    assert codes(migration, "warning") == [("anew", "bt"), ("anew", "bm")]
    (due,) = (wait.due for wait in host.kernel().waits() if isinstance(wait, TimerWait))
    assert (due - host.port.time).total_seconds() == 3 * 3600
    assert host.receiver("msg", None) is not None
    assert host.receiver("keyed", "O-1") is None


def test_a_task_keeps_whom_it_was_offered_to_unless_that_is_asked_for_anew() -> None:
    def drawn(group: str) -> str:
        said = draw.extension(f'<zeebe:assignmentDefinition candidateGroups="{group}"/>')
        return start() + user("a", said) + flows("s a")

    def groups() -> tuple[str, ...]:
        return host.kernel().waits()[0].candidate_groups

    host = begun(drawn("clerk"))
    assert codes(move(host, drawn("cook")), "warning") == [("kept", "a")]
    assert groups() == ("clerk",)
    move(host, drawn("cook"), renewed=["tasks"])
    assert groups() == ("cook",)
    goes(host, "a")


def test_an_event_that_has_happened_once_is_not_waited_for_again() -> None:
    late = boundary("bt", "a", timer("PT1H"), interrupting=False) + user("late") + flows("bt late")
    host = begun(TWO + late)
    host.wait(hours=1)
    move(host, TWO + late)
    assert not [wait for wait in host.kernel().waits() if isinstance(wait, TimerWait)]
    assert host.open() == ["a", "late"]


def test_a_condition_asks_what_is_drawn_and_happens_at_once_if_it_holds() -> None:
    def drawn(limit: int) -> str:
        return TWO + boundary("bc", "a", draw.condition(f"=amount &gt; {limit}")) + user("big") + flows("bc big")

    host = begun(drawn(100), amount=50)
    migration = move(host, drawn(10))
    assert codes(migration, "warning") == [("anew", "bc")]
    assert host.open() == ["big"]


def test_an_event_that_hangs_elsewhere_now_is_waited_for_where_it_hangs() -> None:
    def drawn(at: str) -> str:
        return TWO + boundary("bm", at, draw.MESSAGE) + user("m") + flows("bm m")

    host = begun(drawn("a"))
    assert codes(move(host, drawn("b")), "warning") == [("event_gone", "bm")]
    assert not host.publish("msg")
    host.complete("a")
    assert host.publish("msg")
    goes(host, "m")


def test_of_a_changed_kind_of_event_the_new_one_is_waited_for() -> None:
    def drawn(trigger: str) -> str:
        return TWO + boundary("be", "a", trigger) + user("x") + flows("be x")

    host = begun(drawn(timer("PT1H")))
    found = codes(move(host, drawn(draw.MESSAGE)), "warning")
    assert found == [("event_gone", "be"), ("event_new", "be")]
    host.wait(hours=2)
    assert host.open() == ["a"]
    assert host.publish("msg")
    assert host.open() == ["x"]


def test_events_behind_a_gateway_come_and_go() -> None:
    def drawn(*events: str) -> str:
        body = start() + node("eventBasedGateway", "g") + flow("s", "g")
        for name in events:
            trigger = {"m": draw.MESSAGE, "k": draw.KEYED, "t": timer("PT1H")}[name[0]]
            body += node("intermediateCatchEvent", name, trigger) + user(f"u_{name}") + flows(f"g {name} u_{name}")
        return body

    host = begun(drawn("m", "t"), order=7)
    migration = move(host, drawn("k", "t"))
    assert codes(migration, "warning") == [("event_gone", "m"), ("event_new", "k")]
    assert not host.publish("msg")
    assert host.publish("keyed", "7")
    goes(host, "u_k")
    host = begun(drawn("m", "t"))
    move(host, drawn("t", "m2"), {"m": "m2"})
    host.wait(hours=1)
    goes(host, "u_t")


def test_what_has_been_interrupted_does_not_listen_again() -> None:
    two = event_sub("es2", draw.MESSAGE, interrupting=False)
    host = begun(start() + sub("sp", INSIDE + event_sub("es", timer("PT5M"))) + AROUND)
    host.wait(minutes=6)
    assert host.open() == ["es_task"]
    migration = move(host, start() + sub("sp", INSIDE + event_sub("es", timer("PT5M")) + two) + AROUND)
    assert codes(migration, "warning") == []
    assert not host.publish("msg")
    goes(host, "es_task", "b")


def test_new_event_sub_processes_listen_where_scopes_are_open() -> None:
    host = begun(NESTED)
    migration = move(host, WITH_EVENT + event_sub("top", draw.MESSAGE, interrupting=False))
    assert codes(migration, "warning") == [("event_new", "top_start"), ("event_new", "es_start")]
    assert host.publish("msg")
    host.wait(minutes=5)
    assert host.open() == ["es_task", "top_task"]


def test_a_join_goes_on_when_the_branch_it_waited_for_is_gone() -> None:
    """The token of the branch that is gone is mapped to a step that leads elsewhere."""
    host = begun(THIRD, "a", "b")
    without = PARALLEL + user("c") + flows("c e")
    assert codes(move(host, without)) == []
    assert host.open() == ["c", "z"]
    goes(host, "c", "z")


def test_a_branch_can_be_added_while_the_block_is_ahead() -> None:
    ahead = PARALLEL.replace('sourceRef="s" targetRef="g"', 'sourceRef="s" targetRef="n"') + user("n") + flows("n g")
    host = begun(ahead)
    assert codes(move(host, ahead + user("c") + flow("g", "c") + flow("c", "j"))) == []
    goes(host, "n", "a", "b", "c", "z")


def test_a_join_that_starved_before_keeps_nobody() -> None:
    body = start() + node("exclusiveGateway", "x", default="d") + user("a") + node("parallelGateway", "j") + user("b")
    body += flow("s", "x") + flow("x", "a", name="d") + flow("x", "b", "=false") + flows("a j;b j")
    host = begun(body)
    assert codes(move(host, body)) == []


def test_a_complex_gateway_asks_its_new_condition() -> None:
    def drawn(count: int) -> str:
        asked = f"<activationCondition>=activationCount &gt;= {count}</activationCondition>"
        body = start() + node("parallelGateway", "g") + user("a") + user("b") + node("complexGateway", "j", asked)
        return body + user("z") + flows("s g a j z;g b j")

    host = begun(drawn(2), "a")
    assert host.open() == ["b"]
    move(host, drawn(2))
    assert host.open() == ["b"]
    move(host, drawn(1))
    assert host.open() == ["b", "z"]
    goes(host, "b", "z")


def test_an_incident_goes_along_and_is_put_right_by_the_new_version() -> None:
    def drawn(expression: str) -> str:
        return start() + user("a") + script("t", "v", expression) + user("b") + flows("s a t b")

    host = Host.of(file(drawn("=broken")))
    host.port.broken = {"=broken"}
    host.start()
    host.complete("a")
    assert host.incidents() == [("t", "kernel.expression_failed")]
    assert codes(move(host, drawn("=2"))) == []
    assert host.incidents() == [("t", "kernel.expression_failed")]
    host.do(1, "retry", host.token("t"))
    assert (host.open(), host.variables()["v"]) == (["b"], 2)


def test_what_is_done_is_undone_by_the_new_version() -> None:
    def drawn(name: str, handler: str) -> str:
        task = user(name) + undone(name, job(f"{name}_undo").replace('"work"', f'"{handler}"'))
        return start() + task + user("b") + draw.throw("th", draw.COMPENSATE) + user("c") + flows(f"s {name} b th c")

    host = begun(drawn("a", "old"), "a")
    assert codes(move(host, drawn("x", "new"), {"a": "x"})) == []
    host.complete("b")
    (wait,) = host.kernel().waits()
    assert (wait.element_id, wait.type) == ("x_undo", "new")
    goes(host, "x_undo", "c")


def test_a_running_handler_goes_along() -> None:
    def drawn(more: str) -> str:
        task = user("a") + undone("a", user("a_undo"))
        return start() + task + draw.throw("th", draw.COMPENSATE) + user("c") + more + flows("s a th")

    host = begun(drawn(flows("th c")), "a")
    assert host.open() == ["a_undo"]
    assert codes(move(host, drawn(user("n") + flows("th n c")))) == []
    goes(host, "a_undo", "n", "c")


def test_steps_of_an_ad_hoc_sub_process_that_are_still_to_begin_have_other_ids() -> None:
    host = begun(start() + AD_HOC + flows("s ah"))
    assert codes(move(host, start() + AD_HOC.replace('"y"', '"w"') + flows("s ah"), {"y": "w"})) == []
    goes(host, "x", "w")


def test_rounds_that_run_get_the_names_of_the_new_version() -> None:
    def drawn(item: str, result: str) -> str:
        loop = several("=items", item, "out", f"={result}")
        inside = start("i") + user("u") + script("c", result, f"={item} * 2") + flows("i u c")
        return start() + sub("sp", loop + inside) + user("z") + flows("s sp z")

    host = begun(drawn("item", "r"), items=[1, 2, 3], r=None)
    assert codes(move(host, drawn("one", "twice"))) == []
    for _ in range(3):
        host.complete("u")
    assert host.variables()["out"] == [2, 4, 6]


def test_a_called_instance_stays_as_it_is() -> None:
    caller = start() + call("c", "q") + user("z") + flows("s c z")
    host = Host.of(file(draw.process(caller), draw.process(start("qs") + user("u") + flows("qs u"), "q")))
    host.start(process="p")
    migration = move(host, caller.replace('processId="q"', 'processId="other"') + user("w") + flows("z w"))
    assert codes(migration, "warning") == [("kept", "c")]
    host.complete("u", {"seen": 1}, number=2)
    assert host.variables()["seen"] == 1
    goes(host, "z", "w")


def test_listeners_at_work_go_on_and_past_ones_are_not_made_up_for() -> None:
    two = LISTENED.replace("</zeebe:executionListeners>", "{}</zeebe:executionListeners>", 1)
    second = listener("start", "second").replace("{}", "execution")
    host = begun(LISTENED)
    assert codes(move(host, two.replace("{}", second))) == []
    for kind in ("first", "second"):
        (wait,) = host.kernel().waits()
        assert wait.type == kind
        host.do(1, "answer", wait.token, {})
    assert host.open() == ["a"]
    plain = begun(start() + user("a") + user("b") + flows("s a b"))
    move(plain, LISTENED)
    goes(plain, "a", "b")


def test_mapped_inputs_of_an_open_step_stay_as_they_were_evaluated() -> None:
    def drawn(expression: str) -> str:
        return start() + user("a", mapping({"x": expression})) + user("b") + flows("s a b")

    host = begun(drawn("=1"))
    move(host, drawn("=2"))
    assert host.kernel().scopes.local(host.token("a")) == {"x": 1}


def test_an_instance_goes_to_another_process() -> None:
    host = begun(TWO)
    model = parse(file(draw.process(start() + user("b2") + flows("s b2"), "q"))).processes[0]
    migration = migrate(host.kernel(), model, mapping={"a": "b2"})
    assert migration.kernel is not None
    assert migration.kernel.dump()["p"] == "q"
    assert [wait.element_id for wait in migration.kernel.waits()] == ["b2"]

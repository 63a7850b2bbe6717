"""Compensation: what is undone, in which order, with which variables; and what a cancelled transaction leaves."""

import pytest

from app.kernel import CallWait
from tests.kernel.draw import (
    CANCEL,
    COMPENSATE,
    ERROR,
    MESSAGE,
    TERMINATE,
    boundary,
    call,
    end,
    file,
    flow,
    flows,
    mapping,
    node,
    process,
    script,
    several,
    start,
    sub,
    throw,
    timer,
    undone,
    user,
)
from tests.kernel.host import Host

MARK = "append(log, &quot;{}&quot;)"
"""A script that adds its name to the list `log`."""


def log(name: str, expression: str = "") -> str:
    return script(name, "log", f"=append(log, {expression})" if expression else f"={MARK.format(name)}")


def frozen(host: Host, number: int = 1) -> list[int]:
    return [key for key in host.kernel(number).scopes.variables if key < 0]


def test_boundary_compensation_undoes_the_last_first_and_waits_for_people() -> None:
    host = Host.of_element("boundary_compensation")
    host.start()
    host.complete("a")
    host.complete("b")
    assert host.open() == ["b_undo"]
    host.complete("b_undo")
    assert host.open() == ["a_undo"]
    host.complete("a_undo")
    assert host.open() == ["z"]
    assert host.visited() == ["s", "a", "b", "b_undo", "a_undo", "t"]


def test_throw_compensation_activity_undoes_one_activity_once() -> None:
    host = Host.of_element("throw_compensation_activity")
    host.start()
    host.complete("a")
    host.complete("b")
    assert host.open() == ["a_undo"]
    host.complete("a_undo")
    assert host.open() == ["z"]


def test_end_compensation() -> None:
    host = Host.of_element("end_compensation")
    host.start()
    host.complete("a")
    host.complete("b")
    host.complete("b_undo")
    host.complete("a_undo")
    assert host.open() == ["completed"]


def test_only_what_has_completed_is_undone() -> None:
    body = start() + user("a") + undone("a", user("a_undo")) + user("b") + undone("b", user("b_undo"))
    host = Host.of(file(body + throw("t", COMPENSATE) + user("z") + flows("s a t z;s b z")))
    host.start()
    host.complete("a")
    assert host.open() == ["a_undo", "b"]


def test_event_subprocess_compensation_undoes_its_sub_process() -> None:
    host = Host.of_element("event_subprocess_compensation")
    host.start()
    host.complete("a")
    assert host.open() == ["u"]
    host.complete("u")
    assert host.open() == ["z"]


def test_a_sub_process_that_nothing_undoes_stands_for_what_is_inside() -> None:
    inner = start("i") + log("a") + undone("a", log("a_undo")) + log("b") + undone("b", log("b_undo")) + flows("i a b")
    body = start() + sub("sp", inner) + log("c") + undone("c", log("c_undo")) + throw("t", COMPENSATE) + user("z")
    host = Host.of(file(body + flows("s sp c t z")))
    host.start({"log": []})
    assert host.variables()["log"] == ["a", "b", "c", "c_undo", "b_undo", "a_undo"]
    assert frozen(host) == []


def test_a_handler_of_a_sub_process_replaces_those_inside() -> None:
    inner = start("i") + log("a") + undone("a", log("a_undo")) + flows("i a")
    body = start() + sub("sp", inner) + undone("sp", log("sp_undo")) + throw("t", COMPENSATE) + user("z")
    host = Host.of(file(body + flows("s sp t z")))
    host.start({"log": []})
    assert host.variables()["log"] == ["a", "sp_undo"]
    assert frozen(host) == []


def test_an_event_subprocess_may_undo_what_is_inside_its_sub_process() -> None:
    undoing = sub(
        "es",
        start("us", COMPENSATE) + log("first") + throw("ut", COMPENSATE) + flows("us first ut"),
        triggeredByEvent="true",
    )
    inner = start("i") + log("a") + undone("a", log("a_undo")) + flows("i a") + undoing
    host = Host.of(file(start() + sub("sp", inner) + throw("t", COMPENSATE) + user("z") + flows("s sp t z")))
    host.start({"log": []})
    assert host.variables()["log"] == ["a", "first", "a_undo"]
    assert frozen(host) == []


def test_an_event_subprocess_undoes_what_its_scope_has_completed() -> None:
    stopped = sub(
        "es", start("es_s", MESSAGE) + throw("t", COMPENSATE) + user("z") + flows("es_s t z"), triggeredByEvent="true"
    )
    body = start() + log("a") + undone("a", log("a_undo")) + user("w") + flows("s a w") + stopped
    host = Host.of(file(body))
    host.start({"log": []})
    host.fire("es_s")
    assert (host.open(), host.variables()["log"]) == (["z"], ["a", "a_undo"])


def test_a_handler_sees_live_values_and_everything_as_it_was() -> None:
    first = script("a", "x", "=1") + undone("a", log("a_undo", "&quot;a&quot; + string(compensated.x)"))
    second = script("b", "x", "=x + 1") + undone("b", log("b_undo", "&quot;b&quot; + string(compensated.x)"))
    body = start() + first + second + user("u") + throw("t", COMPENSATE) + user("v")
    host = Host.of(file(body + flows("s a b u t v")))
    host.start({"log": []})
    assert len(frozen(host)) == 2
    host.complete("u", {"x": 99})
    assert (host.variables()["log"], host.variables()["x"]) == (["b2", "a1"], 99)
    assert frozen(host) == []


def test_what_nobody_reads_is_not_kept() -> None:
    body = start() + script("a", "x", "=1") + undone("a", log("a_undo")) + user("u") + throw("t", COMPENSATE)
    host = Host.of(file(body + flows("s a u t")))
    host.start({"log": []})
    assert frozen(host) == []


def test_a_handler_sees_the_local_variables_of_what_has_closed_since() -> None:
    activity = user("iu", mapping({"own": "=5"}))
    handler = script("iu_undo", "seen", "=[own, around, k, compensated.k]")
    inner = start("i") + activity + undone("iu", handler) + flows("i iu")
    body = start() + sub("sp", mapping({"around": "=6"}) + inner) + user("u") + throw("t", COMPENSATE) + user("v")
    host = Host.of(file(body + flows("s sp u t v")))
    host.start({"k": 1})
    host.complete("iu")
    host.complete("u", {"k": 2})
    assert host.variables()["seen"] == [5, 6, 2, 1]


def test_each_round_of_a_loop_is_undone_with_its_own_item() -> None:
    inner = start("i") + script("a", "k", "=it") + undone("a", log("a_undo", "it")) + flows("i a")
    loop = several("=items", "it", sequential=True)
    host = Host.of(file(start() + sub("sp", inner + loop) + throw("t", COMPENSATE) + user("z") + flows("s sp t z")))
    host.start({"items": [1, 2, 3], "log": []})
    assert (host.open(), host.variables()["log"]) == (["z"], [3, 2, 1])
    assert frozen(host) == []


def test_an_event_subprocess_undoes_each_round_of_its_loop() -> None:
    undoing = sub("es", start("us", COMPENSATE) + log("undo", "it") + flows("us undo"), triggeredByEvent="true")
    inner = start("i") + script("a", "k", "=it") + flows("i a") + undoing
    loop = several("=[7,8]", "it")
    host = Host.of(file(start() + sub("sp", inner + loop) + throw("t", COMPENSATE) + user("z") + flows("s sp t z")))
    host.start({"log": []})
    assert host.variables()["log"] == [8, 7]


def test_a_handler_at_a_loop_undoes_it_as_a_whole() -> None:
    activity = user("a", several("=[1,2]", "it")) + undone("a", log("a_undo"))
    host = Host.of(file(start() + activity + throw("t", COMPENSATE) + user("z") + flows("s a t z")))
    host.start({"log": []})
    host.complete("a")
    host.complete("a")
    assert host.variables()["log"] == ["a_undo"]


def test_a_failing_handler_is_an_incident_and_goes_on_when_retried() -> None:
    body = start() + log("a") + undone("a", script("a_undo", "n", "=missing + 1")) + throw("t", COMPENSATE) + user("z")
    host = Host.of(file(body.replace("=missing + 1", "=broken") + flows("s a t z")))
    host.port.broken.add("=broken")
    host.start({"log": []})
    assert host.incidents() == [("a_undo", "kernel.expression_failed")]
    host.port.broken.clear()
    host.do(1, "retry", host.kernel().incidents()[0].token)
    assert host.open() == ["z"]


def test_an_error_out_of_a_handler_leaves_nothing_of_the_compensation() -> None:
    failing = sub("a_undo", start("hs") + end("he", ERROR) + flows("hs he"))
    inner = start("i") + log("a") + undone("a", failing) + log("b") + undone("b", log("b_undo", "compensated.log[1]"))
    inner += throw("t", '<compensateEventDefinition activityRef="a"/>') + user("never") + flows("i a b t never")
    body = start() + sub("sp", inner) + boundary("x", "sp", ERROR) + user("fix") + flows("s sp;x fix")
    host = Host.of(file(body))
    host.start({"log": []})
    assert host.open() == ["fix"]
    assert frozen(host) == []


def test_a_handler_has_boundary_events_of_its_own() -> None:
    beside = boundary("late", "a_undo", timer("PT5M")) + user("chase")
    body = start() + log("a") + undone("a", user("a_undo")) + beside + throw("t", COMPENSATE) + user("z")
    host = Host.of(file(body + flows("s a t z;late chase")))
    host.start({"log": []})
    host.wait(minutes=6)
    assert host.open() == ["chase"]
    host.complete("chase")
    assert host.open() == ["z"]


def test_terminating_drops_what_was_kept_and_what_is_being_undone() -> None:
    body = start() + log("a") + undone("a", user("a_undo", mapping({"old": "=compensated.log"}))) + user("u")
    ending = end("e", TERMINATE) + user("w")
    host = Host.of(file(body + throw("t", COMPENSATE) + ending + flows("s a u t;s w e")))
    host.start({"log": []})
    assert len(frozen(host)) == 1
    host.complete("u")
    assert host.open() == ["a_undo", "w"]
    host.complete("w")
    assert host.open() == ["completed"]
    assert host.stored[1].keys() == {1}


@pytest.mark.parametrize("refused", [True, False])
def test_transaction_cancel(refused: bool) -> None:
    host = Host.of_element("transaction_cancel")
    host.start()
    host.complete("pay", {"amount": 5})
    host.complete("ask", {"refused": refused})
    if refused:
        assert host.open() == ["pay_undo"]
        host.complete("pay_undo")
    assert host.open() == ["sorry" if refused else "z"]
    assert host.variables()["amount"] == 5


def test_transaction_runs_like_a_sub_process() -> None:
    host = Host.of_element("transaction")
    host.start()
    host.complete("a")
    assert host.open() == ["z"]


def test_a_cancel_event_stops_everything_else_in_the_transaction_at_any_depth() -> None:
    deep = start("di") + user("stop") + user("beside") + end("no", CANCEL) + flows("di stop no;di beside")
    inner = (
        start("i")
        + log("a")
        + undone("a", log("a_undo"))
        + user("other")
        + sub("deep", deep)
        + flows("i a deep;i other")
    )
    body = start() + node("transaction", "tx", inner) + boundary("bc", "tx", CANCEL) + user("sorry")
    host = Host.of(file(body + flows("s tx;bc sorry")))
    host.start({"log": []})
    assert host.open() == ["beside", "other", "stop"]
    host.complete("stop")
    assert (host.open(), host.variables()["log"]) == (["sorry"], ["a", "a_undo"])
    assert len(host.kernel().tasks) == 2


@pytest.mark.parametrize("sequential", [True, False])
def test_a_cancel_event_in_one_round_undoes_all_rounds_of_the_transaction(sequential: bool) -> None:
    inner = start("i") + log("a", "n") + undone("a", log("a_undo", "-n")) + user("u")
    inner += node("exclusiveGateway", "x", default="good") + end("ok") + end("no", CANCEL)
    inner += flows("i a u x") + flow("x", "no", "=bad") + flow("x", "ok", name="good")
    rounds = node("transaction", "tx", inner + several("=[1, 2, 3]", "n", sequential=sequential))
    host = Host.of(file(start() + rounds + boundary("b", "tx", CANCEL) + user("sorry") + flows("s tx;b sorry")))
    host.start({"log": []})
    host.complete("u", {"bad": False})
    host.complete("u", {"bad": True})
    assert host.open() == ["sorry"]
    assert host.variables()["log"] == ([1, 2, -2, -1] if sequential else [1, 2, 3, -2, -3, -1])
    assert frozen(host) == []


def test_a_cancel_event_undoes_what_has_completed_in_sub_processes_that_have_not_ended() -> None:
    deep = start("di") + log("a", "mine") + undone("a", log("a_undo", "-mine")) + user("w") + flows("di a w")
    inner = start("i") + sub("deep", mapping({"mine": "=7"}) + deep) + user("u") + end("no", CANCEL)
    body = start() + node("transaction", "tx", inner + flows("i deep;i u no")) + boundary("b", "tx", CANCEL)
    host = Host.of(file(body + user("sorry") + flows("s tx;b sorry")))
    host.start({"log": []})
    host.complete("u")
    assert (host.open(), host.variables()["log"]) == (["sorry"], [7, -7])
    assert frozen(host) == []


def test_a_called_process_that_has_not_ended_is_cancelled_with_the_transaction_and_not_undone() -> None:
    called = process(start("cs") + log("ca") + undone("ca", log("ca_undo")) + user("cw") + flows("cs ca cw"), "q")
    inner = start("i") + call("c", "q") + user("u") + end("no", CANCEL) + flows("i c;i u no")
    body = start() + node("transaction", "tx", inner) + boundary("b", "tx", CANCEL) + user("sorry")
    host = Host.of(file(process(body + flows("s tx;b sorry")), called))
    host.start({"log": []}, process="p")
    host.complete("u")
    assert (host.open(1), host.open(2)) == (["sorry"], ["cancelled"])
    assert len(host.models_of) == 2, "no instance undoes anything"


def test_an_error_out_of_a_transaction_undoes_nothing() -> None:
    inner = start("i") + log("a") + undone("a", log("a_undo")) + end("ie", ERROR) + flows("i a ie")
    body = start() + node("transaction", "tx", inner) + boundary("x", "tx", ERROR) + user("fix")
    host = Host.of(file(body + flows("s tx;x fix")))
    host.start({"log": []})
    assert (host.open(), host.variables()["log"]) == (["fix"], ["a"])


def test_call_activity_compensation_undoes_the_called_process() -> None:
    host = Host.of_element("call_activity_compensation")
    host.start(process="call_activity_compensation")
    host.complete("ca", number=2)
    assert [type(wait) for wait in host.kernel().waits()] == [CallWait]
    assert host.open(3) == ["ca_undo"]
    host.complete("ca_undo", number=3)
    assert (host.open(3), host.open()) == (["completed"], ["z"])


def test_a_called_process_is_undone_with_its_own_variables_at_any_depth() -> None:
    kept = undone("ra", log("ra_undo", "[mine, compensated.mine]"))
    deepest = process(start("rs") + script("ra", "mine", "=n * 10") + kept + user("ru") + flows("rs ra ru"), "r")
    between = process(start("qs") + call("qc", "r") + flows("qs qc"), "q")
    body = start() + call("c", "q") + throw("t", COMPENSATE) + user("z") + flows("s c t z")
    host = Host.of(file(process(body), between, deepest))
    host.start({"n": 4, "log": []}, process="p")
    host.complete("ru", {"mine": 41}, number=3)
    assert host.open() == ["z"]
    # Instance 5 undid instance 3, for instance 4, which undid instance 2.
    assert [host.models_of[number] for number in (2, 3, 4, 5)] == ["q", "r", "q", "r"]
    assert host.variables(5)["log"] == [[41, 40]]
    assert host.variables()["log"] == [], "what handlers of a called process write stays in it"
    assert all(set(host.stored[number]) == {1} for number in host.stored)


def test_what_a_called_process_leaves_outlasts_an_incident_of_the_call() -> None:
    called = process(start("cs") + log("ca") + undone("ca", user("ca_undo")) + flows("cs ca"), "q")
    body = start() + call("c", "q", mapping(outputs={"x": "=n"})) + throw("t", COMPENSATE) + flows("s c t")
    host = Host.of(file(process(body), called))
    host.port.broken.add("=n")
    host.start({"n": 1, "log": []}, process="p")
    assert host.incidents() == [("c", "kernel.expression_failed")]
    host.port.broken.clear()
    host.do(1, "retry", host.token("c"))
    assert host.open(3) == ["ca_undo"]


def test_a_handler_at_a_call_replaces_what_the_called_process_keeps() -> None:
    called = process(start("cs") + log("ca") + undone("ca", log("ca_undo")) + flows("cs ca"), "q")
    body = start() + call("c", "q") + undone("c", log("c_undo")) + throw("t", COMPENSATE) + user("z")
    host = Host.of(file(process(body + flows("s c t z")), called))
    host.start({"log": []}, process="p")
    assert (host.open(), host.variables()["log"]) == (["z"], ["ca", "c_undo"])
    assert len(host.stored) == 2


def test_an_error_while_a_called_process_is_undone_is_not_caught_by_the_call() -> None:
    failing = sub("ca_undo", start("hs") + end("he", ERROR) + flows("hs he"))
    called = process(start("cs") + log("ca") + undone("ca", failing) + flows("cs ca"), "q")
    inner = start("i") + call("c", "q") + boundary("own", "c", ERROR) + throw("t", COMPENSATE) + user("never")
    body = start() + sub("sp", inner + user("wrong") + flows("i c t never;own wrong")) + boundary("x", "sp", ERROR)
    host = Host.of(file(process(body + user("fix") + flows("s sp;x fix")), called))
    host.start({"log": []}, process="p")
    assert host.open() == ["fix"]


def test_cancelling_while_a_called_process_is_undone_cancels_that_too() -> None:
    host = Host.of_element("call_activity_compensation")
    host.start(process="call_activity_compensation")
    host.complete("ca", number=2)
    host.do(1, "cancel")
    assert (host.open(1), host.open(3)) == (["cancelled"], ["cancelled"])


def test_an_interrupting_path_may_undo_before_it_goes_on() -> None:
    inner = start("i") + log("a") + undone("a", log("a_undo")) + user("w") + flows("i a w")
    stop = sub(
        "es",
        start("es_s", MESSAGE) + throw("t", COMPENSATE) + end("ee", ERROR) + flows("es_s t ee"),
        triggeredByEvent="true",
    )
    body = start() + sub("sp", inner + stop) + boundary("x", "sp", ERROR) + user("fix") + flows("s sp;x fix")
    host = Host.of(file(body))
    host.start({"log": []})
    host.fire("es_s")
    assert (host.open(), host.variables()["log"]) == (["fix"], ["a", "a_undo"])


def test_a_path_that_loops_is_undone_once_for_each_pass() -> None:
    again = (
        node("exclusiveGateway", "x", default="x_t") + flow("x", "m", "=count(log) &lt; 3") + flow("x", "t", name="x_t")
    )
    activity = log("a", "count(log) + 1") + undone("a", log("a_undo", "-compensated.log[-1]"))
    body = start() + node("exclusiveGateway", "m") + activity + again + throw("t", COMPENSATE) + user("z")
    host = Host.of(file(body + flows("s m a x;t z")))
    host.start({"log": []})
    assert host.variables()["log"] == [1, 2, 3, -3, -2, -1]

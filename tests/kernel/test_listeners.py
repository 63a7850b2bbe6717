"""Execution listeners: when they run, what they see and give, and that a retry repeats only what failed."""

import pytest

from app.kernel import CommandRefused, JobWait, MessageWait, TimerWait, UserWait
from tests.kernel.draw import (
    COMPENSATE,
    KEYED,
    SIGNAL,
    boundary,
    call,
    end,
    event_sub,
    extension,
    file,
    flow,
    flows,
    heard,
    job,
    listener,
    listening,
    node,
    process,
    several,
    start,
    sub,
    throw,
    timer,
    undone,
    user,
)
from tests.kernel.host import Host

BOTH = heard(listener("start", "before"), listener("end", "after"))


def jobs(host: Host, number: int = 1) -> list[tuple[str, str | None]]:
    """The jobs that wait: type and event."""
    return [(w.type, w.event) for w in host.kernel(number).waits() if isinstance(w, JobWait)]


def answer(host: Host, variables: dict[str, object] | None = None, number: int = 1) -> str:
    """Do the first listener's job that waits."""
    wait = next(w for w in host.kernel(number).waits() if isinstance(w, JobWait))
    host.do(number, "answer", wait.token, variables)
    return wait.type


def test_execution_listeners_run_around_the_work_in_their_order() -> None:
    host = Host.of_element("execution_listeners")
    host.start({"n": 1})
    assert (jobs(host), host.open()) == ([("check", "start")], [])
    kernel = host.kernel()
    assert kernel.view(kernel.tasks[host.token("a")])["own"] == 2
    answer(host, {"own": 20})
    assert answer(host, {"extra": True}) == "prepare"
    assert host.open() == ["a"]
    kernel = host.kernel()
    assert dict(kernel.view(kernel.tasks[host.token("a")])) == {"n": 1, "own": 20, "extra": True}
    host.complete("a", {"answer": 5})
    assert (jobs(host), host.open()) == ([("tell", "end")], [])
    assert host.variables() == {"n": 1, "result": 25}
    answer(host, {"told": True})
    assert (host.open(), host.variables()) == (["z"], {"n": 1, "result": 25, "told": True})


def test_execution_listeners_process() -> None:
    host = Host.of_element("execution_listeners_process")
    host.start()
    assert (jobs(host), host.open()) == ([("opened", "start")], [])
    answer(host, {"opened_by": "job"})
    assert (host.open(), host.variables()) == (["a"], {"opened_by": "job"})
    host.complete("a")
    assert jobs(host) == [("closed", "end")]
    assert 1 not in host.ended
    answer(host, {"done": True})
    assert host.ended[1].variables == {"opened_by": "job", "done": True}


def test_headers_of_a_listener_win_over_those_of_its_element() -> None:
    own = '<zeebe:taskHeaders><zeebe:header key="a" value="element"/><zeebe:header key="b" value="b"/></zeebe:taskHeaders>'
    said = '<zeebe:header key="a" value="listener"/>'
    one = f'<zeebe:{{}}Listener eventType="start" type="x"><zeebe:taskHeaders>{said}</zeebe:taskHeaders></zeebe:{{}}Listener>'
    host = Host.of(file(start() + user("a", extension(listening(one) + own)) + flows("s a")))
    host.start()
    (wait,) = host.kernel().waits()
    assert isinstance(wait, JobWait)
    assert dict(wait.headers) == {"a": "listener", "b": "b"}


def test_nothing_is_waited_for_before_the_listeners_of_the_start_are_done() -> None:
    body = start() + user("a", BOTH) + boundary("b", "a", KEYED) + boundary("t", "a", timer("=pause")) + user("r")
    host = Host.of(file(body + flows("s a;b r;t r")))
    host.start()
    assert [type(w) for w in host.kernel().waits()] == [JobWait]
    answer(host, {"order": 7, "pause": "PT5M"})
    kinds = {type(wait) for wait in host.kernel().waits()}
    assert {MessageWait, TimerWait} <= kinds
    assert host.incidents() == []


@pytest.mark.parametrize(
    "drawn",
    [
        node("intermediateCatchEvent", "x", BOTH + SIGNAL),
        node("receiveTask", "x", BOTH, messageRef="msg"),
        node("exclusiveGateway", "x", heard(listener("start", "before"))),
        node("inclusiveGateway", "x", heard(listener("start", "before"))),
        node("task", "x", BOTH),
        job("x").replace("<zeebe:taskDefinition", listening(listener("start", "before"), listener("end", "after")) + "<zeebe:taskDefinition"),
        throw("x", BOTH + SIGNAL),
        sub("x", BOTH + start("i") + end("ie") + flows("i ie")),
        node("transaction", "x", BOTH + start("i") + end("ie") + flows("i ie")),
        node("adHocSubProcess", "x", BOTH + node("task", "i")),
    ],
)  # fmt: skip
def test_listeners_at_every_kind_of_element(drawn: str) -> None:
    host = Host.of(file(start() + drawn + user("z") + flows("s x z")))
    host.start()
    assert answer(host) == "before"
    for wait in host.kernel().waits():
        if isinstance(wait, JobWait) and wait.event is None:
            host.do(1, "complete", wait.token)
        elif not isinstance(wait, JobWait) and wait.element_id == "x":
            host.do(1, "fire", wait.token, wait.index)
    if host.open() != ["z"]:
        assert answer(host) == "after"
    assert host.open() == ["z"]


def test_a_gateway_chooses_by_what_its_listener_found_out() -> None:
    gate = node("exclusiveGateway", "x", heard(listener("start", "rate")), default="x_b")
    body = start() + gate + user("a") + user("b") + flow("x", "a", "=score &gt; 5") + flow("x", "b", name="x_b")
    host = Host.of(file(body + flows("s x")))
    host.start({"score": 1})
    answer(host, {"score": 9})
    assert host.open() == ["a"]


def test_events_are_thrown_before_the_listeners_of_the_end() -> None:
    host = Host.of(
        file(start() + throw("t", BOTH + SIGNAL) + end("e", heard(listener("end", "last"))) + flows("s t e"))
    )
    host.start()
    answer(host)
    assert ([signal.name for signal in host.signals], jobs(host)) == (["sig"], [("after", "end")])
    answer(host)
    assert len(host.signals) == 1
    answer(host)
    assert host.open() == ["completed"]


def test_start_and_boundary_events_have_listeners_of_the_end() -> None:
    ended = heard(listener("end", "after"))
    body = start("s", ended) + user("a") + boundary("b", "a", ended + SIGNAL) + user("r")
    host = Host.of(file(body + flows("s a;b r")))
    host.start()
    assert answer(host) == "after"
    host.do(1, "signal", "sig", {"why": 1})
    assert (jobs(host), host.variables()) == ([("after", "end")], {"why": 1})
    answer(host)
    assert host.open() == ["r"]


def test_each_round_of_a_loop_has_its_listeners() -> None:
    loop = several("=[1,2]", "item", "all", "=score")
    host = Host.of(file(start() + user("a", BOTH + loop) + user("z") + flows("s a z")))
    host.start()
    assert jobs(host) == [("before", "start")] * 2
    for score in (10, 20):
        answer(host, {"score": score})
    assert host.open() == ["a", "a"]
    for token in [wait.token for wait in host.kernel().waits() if isinstance(wait, UserWait)]:
        host.do(1, "complete", token)
    while jobs(host):
        answer(host)
    assert (host.open(), host.variables()) == (["z"], {"all": [10, 20]})


def test_a_call_and_an_event_subprocess_have_listeners() -> None:
    called = process(start("cs") + end("ce") + flows("cs ce"), "q")
    caller = call("c", "q").replace(
        "<zeebe:called", listening(listener("start", "before"), listener("end", "after")) + "<zeebe:called"
    )
    es = event_sub("es", SIGNAL, False).replace('<startEvent id="es_start"', BOTH + '<startEvent id="es_start"')
    host = Host.of(file(process(start() + caller + user("z") + flows("s c z") + es), called))
    host.start(process="p")
    assert len(host.stored) == 1
    answer(host)
    assert len(host.stored) == 2
    answer(host)
    assert host.open() == ["z"]
    host.do(1, "signal", "sig")
    answer(host)
    host.complete("es_task")
    assert jobs(host) == [("after", "end")]


def test_a_failed_listener_is_tried_again_and_the_others_are_not() -> None:
    both = heard(listener("start", "one"), listener("start", "=kind"), listener("end", "three"))
    host = Host.of(file(start() + user("a", both) + user("z") + flows("s a z")))
    host.start({"kind": 5})
    answer(host)
    assert host.incidents() == [("a", "kernel.not_a_name")]
    host.do(1, "set_variables", {"kind": "two"})
    host.do(1, "retry", host.token("a"))
    assert jobs(host) == [("two", "start")]
    host.do(1, "raise_incident", host.token("a"), "engine.job_failed")
    host.do(1, "retry", host.token("a"))
    assert answer(host) == "two"
    host.complete("a", {"n": 3})
    host.do(1, "raise_incident", host.token("a"), "engine.job_failed")
    host.do(1, "retry", host.token("a"))
    assert (answer(host), host.open(), host.variables()) == ("three", ["z"], {"kind": "two", "n": 3})


def test_an_activity_that_is_left_otherwise_has_no_end() -> None:
    host = Host.of(file(start() + user("a", BOTH) + boundary("b", "a", SIGNAL) + user("r") + flows("s a;b r")))
    host.start()
    answer(host)
    host.do(1, "signal", "sig")
    assert (jobs(host), host.open()) == ([], ["r"])


def test_a_listener_can_only_be_answered() -> None:
    host = Host.of(
        file(
            start()
            + job("a").replace("<zeebe:task", listening(listener("start", "before")) + "<zeebe:task")
            + flows("s a")
        )
    )
    host.start()
    token = host.token("a")
    for command, arguments in (("complete", [token]), ("fail", [token, "E1"]), ("escalate", [token, "X1"])):
        with pytest.raises(CommandRefused):
            getattr(host.kernel(), command)(*arguments)
    answer(host)
    with pytest.raises(CommandRefused):
        host.kernel().answer(token)
    host.complete("a")
    assert host.open() == ["completed"]


def test_a_handler_that_undoes_has_listeners_too() -> None:
    handler = user("a_undo", BOTH)
    host = Host.of(
        file(start() + node("task", "a") + undone("a", handler) + throw("t", COMPENSATE) + user("z") + flows("s a t z"))
    )
    host.start()
    assert answer(host) == "before"
    host.complete("a_undo")
    assert answer(host) == "after"
    assert host.open() == ["z"]

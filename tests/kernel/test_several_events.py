"""Events with several definitions: any of them, or all of them; and definitions that are shared or repeat."""

import pytest

from app.kernel import MessageWait, SignalWait, TimerWait
from tests.kernel.draw import (
    ERROR,
    KEYED,
    SIGNAL,
    TERMINATE,
    boundary,
    condition,
    end,
    extension,
    file,
    flows,
    process,
    start,
    sub,
    timer,
    user,
)
from tests.kernel.host import Host


def signal(host: Host) -> None:
    host.do(1, "signal", "sig")


def message(host: Host) -> None:
    assert host.publish("keyed", "1")


@pytest.mark.parametrize("happen", [signal, message])
def test_any_of_several_events(happen) -> None:
    for element, task in (("catch", "a"), ("boundary", "r"), ("event_subprocess", "es_task")):
        host = Host.of_element(f"{element}_multiple")
        host.start({"order": 1})
        happen(host)
        assert host.open() == [task]
        assert not [wait for wait in host.kernel().waits() if isinstance(wait, MessageWait | SignalWait | TimerWait)]


@pytest.mark.parametrize("order", [(signal, message), (message, signal)])
def test_all_of_several_events_in_any_order(order) -> None:
    for element, before, after in (
        ("catch", [], ["a"]),
        ("boundary", ["a"], ["r"]),
        ("event_subprocess", ["a"], ["es_task"]),
    ):
        host = Host.of_element(f"{element}_parallel_multiple")
        host.start({"order": 1})
        order[0](host)
        assert host.open() == before
        order[0](host) if order[0] is signal else None
        assert host.open() == before
        order[1](host)
        assert host.open() == after


def test_all_of_several_events_with_a_condition() -> None:
    both = condition("=amount &gt; 100") + timer("PT5M")
    event = boundary("b", "a", both).replace("<boundaryEvent", '<boundaryEvent parallelMultiple="true"')
    host = Host.of(file(start() + user("a") + event + user("r") + flows("s a;b r")))
    host.start({"amount": 500})
    assert host.open() == ["a"]
    host.wait(minutes=6)
    assert host.open() == ["r"]


def test_any_trigger_of_a_start_event_starts_an_instance() -> None:
    host = Host.of_element("start_multiple")
    assert [trigger.kind for trigger in host.models["start_multiple"].starts[0].triggers] == ["message", "signal"]
    host.start(event="s", payload={"order": 1})
    assert (host.open(), host.variables()) == (["a"], {"order": 1})


def test_several_events_are_thrown_together() -> None:
    for element, state in (("throw_multiple", ["a"]), ("end_multiple", ["completed"])):
        host = Host.of_element(element)
        host.start({"order": 7})
        assert [(m.name, m.correlation_key) for m in host.published] == [("keyed", "7")]
        assert [s.name for s in host.signals] == ["sig"]
        assert host.open() == state


@pytest.mark.parametrize("last", [ERROR, TERMINATE])
def test_what_ends_the_thrower_is_thrown_last_wherever_it_is_drawn(last: str) -> None:
    inner = start("i") + user("u") + end("x", last + SIGNAL + KEYED) + flows("i x;i u")
    body = start() + sub("sp", inner) + boundary("b", "sp", ERROR) + user("a") + user("c") + flows("s sp a;b c")
    host = Host.of(file(process(body)))
    host.start({"order": 7})
    assert (len(host.published), len(host.signals)) == (1, 1)
    assert host.open() == (["c"] if last == ERROR else ["a"])


def test_a_job_sends_the_message_and_the_other_events_are_thrown_after_it() -> None:
    sending = extension('<zeebe:taskDefinition type="mail"/>')
    inner = start("i") + end("x", sending + KEYED + SIGNAL + ERROR) + flows("i x")
    body = start() + sub("sp", inner) + boundary("b", "sp", ERROR) + user("c") + flows("s sp;b c")
    host = Host.of(file(process(body)))
    host.start({"order": 7})
    assert ([wait.type for wait in host.kernel().waits()], host.signals) == (["mail"], [])
    host.complete("x")
    assert (host.open(), host.published, len(host.signals)) == (["c"], [], 1)


def test_catch_timer_cycle_sends_a_token_on_at_every_tick() -> None:
    host = Host.of_element("catch_timer_cycle")
    host.start()
    for ticks in (1, 2, 3, 3):
        host.wait(minutes=11)
        assert host.open() == ["a"] * ticks
    while host.open() != ["completed"]:
        host.complete("a")


def test_event_definition_ref() -> None:
    host = Host.of_element("event_definition_ref")
    host.start()
    host.wait(minutes=6)
    assert host.open() == ["r"]


def test_receive_task_instantiate() -> None:
    host = Host.of_element("receive_task_instantiate")
    first = host.models["receive_task_instantiate"].starts[0]
    assert (first.id, first.triggers[0].name) == ("r__start", "keyed")
    host.start(event="r__start", payload={"order": 1})
    assert (host.open(), host.variables()) == (["a"], {"order": 1})


@pytest.mark.parametrize(("event", "step"), [("called", "a"), ("letter__start", "b")])
def test_event_based_gateway_instantiate(event: str, step: str) -> None:
    host = Host.of_element("event_based_gateway_instantiate")
    starts = {start.id: start.triggers[0].name for start in host.models["event_based_gateway_instantiate"].starts}
    assert starts == {"called": "keyed", "letter__start": "written"}
    host.start(event=event, payload={"order": 1})
    assert (host.open(), host.variables()) == ([step], {"order": 1})


def test_global_task() -> None:
    host = Host.of_element("global_task")
    host.start(process="global_task")
    assert host.open(2) == ["check__task"]
    host.complete("check__task", {"verdict": "fine"}, number=2)
    assert (host.open(), host.variables()) == (["z"], {"verdict": "fine"})

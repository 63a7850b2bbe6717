"""Each event, on the minimal diagram of its name."""

import datetime as dt

import pytest

from app.kernel import InstanceOver, KernelError, SignalWait, TimerWait
from tests.kernel.host import SHANGHAI, Host


def test_start_none() -> None:
    host = Host.of_element("start_none")
    host.start({"x": 1})
    host.complete("a")
    assert host.visited() == ["s", "a", "e", "start_none"]
    assert host.variables() == {"x": 1}


def test_start_message() -> None:
    host = Host.of_element("start_message")
    trigger = host.models["start_message"].starts[0].triggers[0]
    assert (trigger.kind, trigger.name, trigger.correlation_key) == ("message", "keyed", "=order")
    host.start(event="s", payload={"order": 7})
    assert host.open() == ["a"]
    assert host.variables() == {"order": 7}


def test_start_timer() -> None:
    host = Host.of_element("start_timer")
    trigger = host.models["start_timer"].starts[0].triggers[0]
    assert (trigger.kind, trigger.timer, trigger.expression) == ("timer", "cycle", "R/PT1H")
    host.start(event="s")
    assert host.open() == ["a"]


def test_start_timer_cron() -> None:
    host = Host.of_element("start_timer_cron")
    trigger = host.models["start_timer_cron"].starts[0].triggers[0]
    assert (trigger.timer, trigger.expression) == ("cycle", "0 0 9 * * MON-FRI")
    host.start(event="s")
    assert host.open() == ["a"]


def test_boundary_timer_cron_fires_until_the_activity_ends() -> None:
    host = Host.of_element("boundary_timer_cron")
    host.start()
    for _ in range(3):
        host.wait(minutes=30)
    assert host.open() == ["a", "r", "r", "r"]
    host.complete("a")
    host.wait(minutes=30)
    assert host.open() == ["r", "r", "r"]


def test_start_signal() -> None:
    host = Host.of_element("start_signal")
    assert host.models["start_signal"].starts[0].triggers[0].name == "sig"
    host.start(event="s", payload={"alarm": True})
    assert (host.open(), host.variables()) == (["a"], {"alarm": True})


@pytest.mark.parametrize(("event", "task"), [(None, "a"), ("by_hand", "a"), ("by_message", "b"), ("by_timer", "b")])
def test_start_several(event: str | None, task: str) -> None:
    host = Host.of_element("start_several")
    host.start(event=event)
    assert host.open() == [task]


def test_a_start_event_that_does_not_exist_is_refused() -> None:
    for name, event in (("start_several", "nowhere"), ("start_message", None)):
        with pytest.raises(KernelError) as refusal:
            Host.of_element(name).start(event=event)
        assert refusal.value.code == "kernel.no_such_start"


def test_end_none() -> None:
    host = Host.of_element("end_none")
    host.start({"x": 1})
    assert host.open() == ["completed"]
    assert host.ended[1].variables == {"x": 1}


def test_end_terminate_ends_the_other_branches() -> None:
    host = Host.of_element("end_terminate")
    host.start()
    host.complete("a")
    assert host.open() == ["completed"]
    assert [entry.element_id for entry in host.log[1] if entry.happened == "terminated"] == ["b"]


def test_end_error_is_caught_around_the_sub_process() -> None:
    host = Host.of_element("end_error")
    host.start()
    host.complete("a")
    assert host.open() == ["repair"]


def test_end_escalation_is_heard_around_the_sub_process() -> None:
    host = Host.of_element("end_escalation")
    host.start()
    host.complete("a")
    assert host.open() == ["boss"]
    host.complete("boss")
    assert host.open() == ["completed"]


def test_end_signal() -> None:
    host = Host.of_element("end_signal")
    host.start()
    assert [signal.name for signal in host.signals] == ["sig"]
    assert host.open() == ["completed"]


def test_end_message_carries_its_inputs_and_key() -> None:
    host = Host.of_element("end_message")
    host.start({"order": 7, "secret": "stays"})
    message = host.published[0]
    assert (message.name, message.correlation_key, message.variables) == ("keyed", "7", {"answer": 42})
    assert host.variables() == {"order": 7, "secret": "stays"}


@pytest.mark.parametrize("kind", ["message", "timer", "signal"])
@pytest.mark.parametrize("interrupting", [True, False])
def test_event_subprocess(kind: str, interrupting: bool) -> None:
    name = f"event_subprocess_{kind}" + ("" if interrupting else "_non_interrupting")
    host = Host.of_element(name)
    host.start()
    host.port.time += dt.timedelta(minutes=6)
    host.fire("es_start", {"why": kind})
    assert host.open() == (["es_task"] if interrupting else ["a", "es_task"])
    assert host.variables() == {"why": kind}
    if kind != "timer" and not interrupting:
        host.fire("es_start")
        assert host.open() == ["a", "es_task", "es_task"]
    while host.open() != ["completed"]:
        host.complete(host.open()[0])


def test_event_subprocess_error_ends_everything_else() -> None:
    host = Host.of_element("event_subprocess_error")
    host.start()
    host.complete("a")
    assert host.open() == ["es_task"]
    host.complete("es_task")
    assert host.open() == ["completed"]


def test_event_subprocess_escalation() -> None:
    host = Host.of_element("event_subprocess_escalation")
    host.start()
    host.complete("a")
    assert host.open() == ["es_task"]
    host = Host.of_element("event_subprocess_escalation_non_interrupting")
    host.start()
    host.complete("a")
    assert host.open() == ["b", "es_task"]


@pytest.mark.parametrize("kind", ["timer", "message", "signal", "escalation"])
def test_boundary_interrupting(kind: str) -> None:
    host = Host.of_element(f"boundary_{kind}")
    host.start({"order": 1})
    _happen(host, kind)
    assert host.open() == ["r"]
    assert [w.element_id for w in host.kernel().waits()] == ["r"]


@pytest.mark.parametrize(("kind", "times"), [("timer", 1), ("message", 3), ("signal", 3), ("escalation", 3)])
def test_boundary_non_interrupting(kind: str, times: int) -> None:
    host = Host.of_element(f"boundary_{kind}_non_interrupting")
    host.start({"order": 1})
    for _ in range(3):
        _happen(host, kind)
    assert host.open() == ["a", *["r"] * times]
    host.complete("a")
    assert host.open() == ["r"] * times
    assert len(host.kernel().waits()) == times


def _happen(host: Host, kind: str) -> None:
    if kind == "timer":
        host.wait(minutes=6)
    elif kind == "message":
        assert not host.publish("keyed", "2")
        assert host.publish("keyed", "1")
    elif kind == "signal":
        assert host.do(1, "signal", "sig") == 1
    else:
        host.do(1, "escalate", host.token("a"), "X1")


def test_boundary_error_prefers_the_exact_code() -> None:
    for code, task in (("E1", "r1"), ("OTHER", "r2")):
        host = Host.of_element("boundary_error")
        host.start()
        host.do(1, "fail", host.token("a"), code, {"why": code})
        assert (host.open(), host.variables()) == ([task], {"why": code})


def test_boundary_timer_cycle_fires_as_often_as_it_says() -> None:
    host = Host.of_element("boundary_timer_cycle")
    host.start()
    for _ in range(5):
        host.wait(minutes=11)
    assert host.open() == ["a", "r", "r", "r"]


def test_a_cycle_skips_what_it_missed() -> None:
    host = Host.of_element("boundary_timer_cycle")
    host.start()
    host.wait(hours=5)
    timers = [w for w in host.kernel().waits() if isinstance(w, TimerWait)]
    assert host.open() == ["a", "r"]
    assert [(w.repeats, w.due > host.port.time) for w in timers] == [(2, True)]


def test_catch_timer_takes_durations_and_dates() -> None:
    noon = dt.datetime(2026, 1, 1, 12, tzinfo=SHANGHAI)
    for element, pause, due in (
        ("catch_timer", "PT90M", noon + dt.timedelta(minutes=90)),
        ("catch_timer", "P1M", noon.replace(month=2)),
        ("catch_timer_date", "2026-01-03T08:00:00", dt.datetime(2026, 1, 3, 8, tzinfo=SHANGHAI)),
        ("catch_timer_date", "2026-01-03T08:00:00Z", dt.datetime(2026, 1, 3, 8, tzinfo=dt.UTC)),
    ):
        host = Host.of_element(element)
        host.start({"pause": pause})
        wait = host.kernel().waits()[0]
        assert isinstance(wait, TimerWait)
        assert wait.due == due
        assert wait.due.tzinfo == dt.UTC
    host.wait(days=3)
    assert host.open() == ["a"]


def test_a_time_that_is_none_is_an_incident() -> None:
    host = Host.of_element("catch_timer")
    host.start({"pause": "tomorrow"})
    assert host.incidents() == [("c", "kernel.bad_time")]


def test_catch_message_keeps_the_payload_local_to_its_mapping() -> None:
    host = Host.of_element("catch_message")
    host.start({"order": "A-1"})
    assert host.publish("keyed", "A-1", {"answer": "yes", "noise": 1})
    assert (host.open(), host.variables()) == (["a"], {"order": "A-1", "got": "yes"})


def test_catch_signal() -> None:
    host = Host.of_element("catch_signal")
    host.start()
    assert host.do(1, "signal", "other") == 0
    assert [type(w) for w in host.kernel().waits()] == [SignalWait]
    assert host.do(1, "signal", "sig", {"x": 1}) == 1
    assert (host.open(), host.variables()) == (["a"], {"x": 1})


def test_throw_message() -> None:
    host = Host.of_element("throw_message")
    host.start({"order": 7, "x": 3})
    assert [(m.name, m.correlation_key, m.variables) for m in host.published] == [("keyed", "7", {"answer": 3})]
    assert host.open() == ["a"]


def test_throw_signal_is_heard_by_a_parallel_branch() -> None:
    host = Host.of_element("throw_signal")
    host.start()
    assert host.open() == ["a"]
    assert len(host.signals) == 1


def test_throw_escalation_lets_the_sub_process_go_on() -> None:
    host = Host.of_element("throw_escalation")
    host.start()
    assert host.open() == ["a", "boss"]


def test_link() -> None:
    host = Host.of_element("link")
    host.start()
    assert host.open() == ["a"]
    assert host.visited() == ["s", "out", "in"]


def test_commands_to_a_finished_instance_are_refused() -> None:
    host = Host.of_element("end_none")
    host.start()
    with pytest.raises(InstanceOver):
        host.kernel().complete(2)

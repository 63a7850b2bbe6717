"""What SpiffWorkflow 3.2.0 does wrong when used as it comes, one regression test each."""

import json
import threading

from app.kernel import Kernel, SignalWait, TimerWait, parse
from tests.kernel.draw import (
    ERROR,
    MESSAGE,
    boundary,
    call,
    end,
    event_sub,
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
    timer,
    user,
)
from tests.kernel.host import Host

FORK_JOIN = node("parallelGateway", "fork") + node("parallelGateway", "join")


def loop_body(exit_condition: str) -> str:
    gateways = node("exclusiveGateway", "m") + node("exclusiveGateway", "x", default="again")
    return gateways + flow("x", "e", exit_condition) + flow("x", "m", name="again")


def test_a_loop_of_1100_passes_neither_freezes_nor_grows() -> None:
    host = Host.of(file(start() + user("a") + end() + loop_body("=n &gt; 1100") + flows("s m a x")))
    host.start({"n": 0})
    sizes = set()
    for number in range(1, 1102):
        host.complete("a", {"n": number})
        if number < 1100:
            sizes.add(len(host.kernel().tasks))
    assert host.open() == ["completed"]
    assert sizes == {2}


def test_no_update_is_lost_at_a_join() -> None:
    body = start() + FORK_JOIN + user("a") + user("b") + user("z") + end()
    host = Host.of(file(body + flows("s fork a join z e;fork b join")))
    host.start({"x": 0, "list": [1, 2, 3]})
    host.complete("a", {"x": 1, "list": [3, 2, 1]})
    host.complete("b")
    assert host.variables() == {"x": 1, "list": [3, 2, 1]}


def test_a_counter_in_a_parallel_branch_ends_its_loop() -> None:
    body = start() + FORK_JOIN + script("a", "n", "=n + 1") + script("b", "k", "=1") + end()
    host = Host.of(file(body + loop_body("=n &gt; 3") + flows("s m fork a join x;fork b join")))
    host.start({"n": 0})
    assert (host.open(), host.variables()["n"]) == (["completed"], 4)


def test_lists_are_replaced_and_never_merged() -> None:
    host = Host.of(file(start() + user("a") + user("b") + flows("s a b")))
    host.start({"items": [{"a": 1}, {"b": 2}]})
    host.complete("a", {"items": [{"c": 3}]})
    assert host.variables() == {"items": [{"c": 3}]}


def test_a_parallel_join_in_a_loop_waits_in_every_pass() -> None:
    body = start() + FORK_JOIN + user("a") + user("b") + end()
    host = Host.of(file(body + loop_body("=stop") + flows("s m fork a join x;fork b join")))
    host.start({"stop": False})
    for first, second in ("ab", "ba", "ab"):
        host.complete(first)
        assert host.open() == [second]
        host.complete(second)
        assert host.open() == ["a", "b"]


def test_flows_without_id_are_kept() -> None:
    drawn = '<sequenceFlow sourceRef="s" targetRef="a"/><sequenceFlow sourceRef="a" targetRef="b"/>'
    host = Host.of(file(start() + user("a") + user("b") + drawn))
    assert len(host.models["p"].flows) == 2
    host.start()
    host.complete("a")
    assert host.open() == ["b"]


def test_nodes_may_be_called_start_and_end() -> None:
    host = Host.of(file(start("Start") + user("Root") + end("End") + flows("Start Root End")))
    host.start()
    host.complete("Root")
    assert host.visited() == ["Start", "Root", "End", "p"]


def test_no_event_definition_is_dropped() -> None:
    for drawn in ("<fooEventDefinition/>", "<linkEventDefinition name='x'/>", "<cancelEventDefinition/>"):
        parsed = parse(file(start() + end("e", drawn) + flows("s e")))
        assert parsed.errors, drawn


def test_unreachable_nodes_do_not_vanish() -> None:
    parsed = parse(file(start() + user("a") + user("island") + flows("s a")))
    assert "island" in parsed.processes[0].elements
    assert [finding.element_id for finding in parsed.findings] == ["island"]


def test_two_timers_behind_an_event_gateway_have_due_times_of_their_own() -> None:
    events = "".join(
        node("intermediateCatchEvent", f"c{n}", timer(f"PT{n}M")) + user(f"u{n}") + flows(f"g c{n} u{n}")
        for n in (60, 5)
    )
    host = Host.of(file(start() + node("eventBasedGateway", "g") + events + flows("s g")))
    host.start()
    timers = [wait for wait in host.kernel().waits() if isinstance(wait, TimerWait)]
    assert (timers[0].due - timers[1].due).total_seconds() == 55 * 60
    host.wait(minutes=6)
    assert host.open() == ["u5"]


def test_one_message_reaches_one_receiver() -> None:
    body = start() + "".join(node("receiveTask", n, messageRef="msg") for n in "ab") + flows("s a;s b")
    host = Host.of(file(body))
    host.start()
    assert host.publish("msg")
    assert len(host.kernel().waits()) == 1


def test_an_error_event_subprocess_does_not_run_at_the_start() -> None:
    host = Host.of(file(start() + user("a") + end("e", ERROR) + flows("s a e") + event_sub("es", ERROR)))
    host.start()
    assert host.open() == ["a"]
    host.complete("a")
    assert host.open() == ["es_task"]


def test_an_event_subprocess_triggers_inside_a_sub_process() -> None:
    inside = start("ss") + user("a") + flows("ss a") + event_sub("es", MESSAGE)
    host = Host.of(file(start() + sub("sp", inside) + user("z") + flows("s sp z")))
    host.start()
    host.fire("es_start")
    assert host.open() == ["es_task"]
    host.complete("es_task")
    assert host.open() == ["z"]


def test_an_event_subprocess_timer_does_not_keep_a_finished_process_open() -> None:
    host = Host.of(file(start() + user("a") + end() + flows("s a e") + event_sub("es", timer("PT5M"))))
    host.start()
    host.complete("a")
    assert host.open() == ["completed"]


def test_an_uncaught_error_is_an_incident_and_no_success() -> None:
    host = Host.of(file(start() + end("e", ERROR) + flows("s e")))
    host.start()
    assert host.incidents() == [("e", "kernel.error_not_caught")]


def test_sequential_rounds_need_no_output_collection() -> None:
    host = Host.of(file(start() + user("a", several("=l", "i", sequential=True)) + flows("s a")))
    host.start({"l": [1, 2, 3], "i": "outside"})
    for _ in range(3):
        host.complete("a")
    assert (host.open(), host.variables()["i"]) == (["completed"], "outside")


def test_rounds_of_a_call_with_an_interrupting_boundary() -> None:
    child = process(start("cs") + user("cu") + end("ce", ERROR) + flows("cs cu ce"), "q")
    caller = process(
        start() + call("c", "q", several("=l", "i")) + boundary("b", "c", ERROR) + user("fix") + flows("s c;b fix")
    )
    host = Host.of(file(caller, child))
    host.start({"l": [1, 2, 3]}, process="p")
    host.complete("cu", number=3)
    assert host.open() == ["fix"]
    assert [host.ended[number].state for number in (2, 3, 4)] == ["cancelled", "error", "cancelled"]


def test_any_json_survives_a_reload() -> None:
    awkward = {"typename": "x", "v": 1, "nested": [{"typename": None}], "k": "w"}
    host = Host.of(file(start() + user("a") + user("b") + flows("s a b")))
    host.start(awkward)
    host.complete("a", {"more": awkward})
    assert host.variables() == {**awkward, "more": awkward}


def test_a_chain_of_2000_tasks_parses_and_runs() -> None:
    names = [f"t{n}" for n in range(2000)]
    body = start() + "".join(script(name, "n", "=n + 1") for name in names) + end()
    host = Host.of(file(body + flows(" ".join(["s", *names, "e"]))))
    host.start({"n": 0})
    assert host.variables() == {"n": 2000}


def test_forty_nested_sub_processes() -> None:
    body = user("u")
    for depth in range(40):
        body = sub(
            f"sp{depth}", start(f"s{depth}") + body + flows(f"s{depth} {'u' if not depth else f'sp{depth - 1}'}")
        )
    host = Host.of(file(start() + body + flows("s sp39")))
    host.start()
    host.complete("u")
    assert host.open() == ["completed"]


def test_signals_are_heard_inside_and_reported_to_the_host() -> None:
    body = start() + user("a") + end("e", '<signalEventDefinition signalRef="sig"/>') + flows("s a e")
    listener = node("intermediateCatchEvent", "c", '<signalEventDefinition signalRef="sig"/>') + flows("s c z")
    host = Host.of(file(body + listener + user("z")))
    host.start()
    assert [wait.name for wait in host.kernel().waits() if isinstance(wait, SignalWait)] == ["sig"]
    host.complete("a")
    assert (host.open(), len(host.signals)) == (["z"], 1)


def test_a_model_shared_by_threads_never_changes() -> None:
    body = (
        start()
        + user("a", several("=l", "i", "out", "=i"))
        + sub("sp", start("ss") + user("b", mapping({"q": "=1"})) + flows("ss b") + event_sub("es", MESSAGE, False))
        + end()
        + flows("s a sp e")
    )
    model = parse(file(body)).processes[0]

    def picture() -> str:
        nodes = model.spec.nodes.items()
        return json.dumps([[name, spec._inputs, spec._outputs, len(spec.flows_out)] for name, spec in nodes])  # type: ignore[attr-defined]

    before, failures = picture(), []

    def work() -> None:
        try:
            for _ in range(20):
                host = Host(model)
                host.start({"l": [1, 2, 3]})
                for _ in range(3):
                    host.complete("a")
                host.fire("es_start")
                host.complete("b")
                host.complete("es_task")
                assert host.open() == ["completed"]
        except BaseException as error:  # noqa: BLE001 - shown by the assertion below
            failures.append(repr(error))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert picture() == before


def test_the_blob_of_a_waiting_instance_stays_small() -> None:
    host = Host.of(file(start() + user("a") + end() + flows("s a e")))
    host.start({"big": "x" * 5000})
    kernel: Kernel = host.kernel()
    assert len(json.dumps(kernel.dump(), separators=(",", ":"))) < 200

"""Elements together: who catches what, what a cancellation reaches, and where variables live."""

import pytest

from app.kernel import TokenGone
from tests.kernel.draw import (
    ERROR,
    ESCALATION,
    MESSAGE,
    SIGNAL,
    TERMINATE,
    boundary,
    call,
    end,
    event_sub,
    extension,
    file,
    flow,
    flows,
    job,
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


def test_an_error_inside_an_event_subprocess_goes_outward_and_not_to_its_sibling() -> None:
    inside = start() + user("a") + flows("s a") + event_sub("es", MESSAGE, end_event=ERROR) + event_sub("own", ERROR)
    body = start("s0") + sub("sp", inside) + boundary("b", "sp", ERROR) + user("out") + flows("s0 sp;b out")
    host = Host.of(file(body))
    host.start()
    host.fire("es_start")
    host.complete("es_task")
    assert host.open() == ["out"]


def test_a_running_event_subprocess_is_interrupted_by_another() -> None:
    inside = start() + user("a") + flows("s a") + event_sub("es", MESSAGE) + event_sub("es2", SIGNAL, False)
    body = start("s0") + sub("sp", inside) + boundary("b", "sp", timer("PT9M")) + user("late") + flows("s0 sp;b late")
    host = Host.of(file(body))
    host.start()
    host.fire("es2_start")
    host.fire("es_start")
    assert host.open() == ["es_task"]
    assert not host.publish("msg")
    host.wait(minutes=10)
    assert host.open() == ["late"]
    assert len(host.kernel().tasks) == 2


def test_terminate_ends_its_own_scope_only() -> None:
    inside = start("i") + user("a") + user("b") + end("ie", TERMINATE) + flows("i a ie;i b")
    host = Host.of(file(start() + sub("sp", inside) + user("z") + flows("s sp z")))
    host.start()
    host.complete("a")
    assert host.open() == ["z"]


def test_cancelling_a_call_cancels_children_at_any_depth() -> None:
    child = process(start("cs") + call("cc", "r") + flows("cs cc"), "q")
    grandchild = process(start("rs") + user("ru") + flows("rs ru"), "r")
    body = start() + call("c", "q") + boundary("b", "c", timer("PT5M")) + user("late") + flows("s c;b late")
    host = Host.of(file(process(body), child, grandchild))
    host.start(process="p")
    assert host.open(3) == ["ru"]
    host.wait(minutes=6)
    assert (host.open(1), host.open(2), host.open(3)) == (["late"], ["cancelled"], ["cancelled"])


def test_cancelling_the_instance_cancels_its_calls_and_records_every_step() -> None:
    child = process(start("cs") + user("cu") + flows("cs cu"), "q")
    host = Host.of(file(process(start() + call("c", "q") + user("a") + flows("s c;s a")), child))
    host.start(process="p")
    host.do(1, "cancel")
    assert (host.open(1), host.open(2)) == (["cancelled"], ["cancelled"])
    assert [e.element_id for e in host.log[1] if e.happened == "terminated"] == ["c", "a", "p"]


def test_a_call_passes_only_what_its_mappings_say() -> None:
    child = process(start("cs") + user("cu") + flows("cs cu"), "q")
    said = (
        '<zeebe:calledElement processId="q" propagateAllParentVariables="false" propagateAllChildVariables="false"/>'
        '<zeebe:ioMapping><zeebe:input source="=a" target="given"/><zeebe:output source="=answer" target="got"/>'
        "</zeebe:ioMapping>"
    )
    body = start() + node("callActivity", "c", extension(said)) + user("z") + flows("s c z")
    host = Host.of(file(process(body), child))
    host.start({"a": 1, "b": 2}, process="p")
    assert host.variables(2) == {"given": 1}
    host.complete("cu", {"answer": 5, "noise": 6}, number=2)
    assert host.variables(1) == {"a": 1, "b": 2, "got": 5}


def test_two_parallel_branches_see_one_truth() -> None:
    body = start() + user("a") + user("b", mapping(outputs={"sum": "=x + y"})) + flows("s a;s b")
    host = Host.of(file(body))
    host.start({"x": 1})
    host.complete("a", {"x": 10})
    host.complete("b", {"y": 5})
    assert host.ended[1].variables == {"x": 10, "sum": 15}


def test_rounds_have_variables_of_their_own_and_boundaries_hang_on_the_loop() -> None:
    inside = start("i") + user("a") + flows("i a") + several("=l", "item", sequential=True)
    body = start() + sub("sp", inside) + boundary("b", "sp", timer("PT5M")) + user("late") + flows("s sp;b late")
    host = Host.of(file(body))
    host.start({"l": [1, 2, 3]})
    host.complete("a")
    assert host.open() == ["a"]
    host.wait(minutes=6)
    assert host.open() == ["late"]
    assert len(host.kernel().tasks) == 2
    assert host.variables() == {"l": [1, 2, 3]}


def test_a_completion_condition_ends_the_other_rounds() -> None:
    until = "=numberOfCompletedInstances &gt;= 2"
    host = Host.of(file(start() + user("a", several("=l", "i", until=until)) + user("z") + flows("s a z")))
    host.start({"l": [1, 2, 3, 4]})
    host.complete("a")
    host.complete("a")
    assert host.open() == ["z"]
    assert [e.loop_index for e in host.log[1] if e.happened == "terminated"] == [2, 3]


def test_a_nested_loop_keeps_results_in_order() -> None:
    inner = start("i") + script("a", "r", "=outer * 10") + flows("i a")
    loop = several("=[1,2,3]", "outer", "all", "=r")
    host = Host.of(file(start() + sub("sp", inner + loop) + user("z") + flows("s sp z")))
    host.start({"r": None})
    assert host.variables()["all"] == [10, 20, 30]


def test_set_variables_by_hand_at_a_scope() -> None:
    host = Host.of(file(start() + user("a", mapping({"x": "=1"})) + flows("s a")))
    host.start({"x": 0})
    token = host.token("a")
    host.do(1, "set_variables", {"x": 5}, token)
    assert (host.stored[1][token], host.variables()) == ({"x": 5}, {"x": 0})
    host.do(1, "set_variables", {"y": 6}, token, local=True)
    host.do(1, "set_variables", {"z": 7}, token)
    assert (host.stored[1][token], host.variables()) == ({"x": 5, "y": 6}, {"x": 0, "z": 7})


def test_a_parallel_multiple_event_waits_for_all_of_its_events() -> None:
    catch = node("intermediateCatchEvent", "c", MESSAGE + SIGNAL, parallelMultiple="true")
    host = Host.of(file(start() + catch + user("z") + flows("s c z")))
    host.start()
    host.do(1, "signal", "sig")
    assert host.open() == []
    assert host.publish("msg")
    assert host.open() == ["z"]


def test_a_multiple_event_goes_on_with_the_first() -> None:
    catch = node("intermediateCatchEvent", "c", MESSAGE + SIGNAL)
    host = Host.of(file(start() + catch + user("z") + flows("s c z")))
    host.start()
    host.do(1, "signal", "sig")
    assert host.open() == ["z"]
    assert not host.publish("msg")


def test_the_innermost_catcher_wins() -> None:
    inside = start("i") + user("a") + boundary("near", "a", ESCALATION) + user("n") + flows("i a;near n")
    body = start() + sub("sp", inside) + boundary("far", "sp", ESCALATION) + user("f") + flows("s sp;far f")
    host = Host.of(file(body))
    host.start()
    host.do(1, "escalate", host.token("a"), "X1")
    assert host.open() == ["n"]


def test_a_late_job_result_is_refused() -> None:
    body = start() + job("j") + boundary("b", "j", timer("PT5M")) + user("u") + flows("s j;b u")
    host = Host.of(file(body))
    host.start()
    token = host.token("j")
    host.wait(minutes=6)
    with pytest.raises(TokenGone):
        host.kernel().complete(token)


def test_event_definitions_may_be_shared_by_reference() -> None:
    drawn = file(
        start()
        + node("intermediateCatchEvent", "c", "<eventDefinitionRef>shared</eventDefinitionRef>")
        + user("z")
        + flows("s c z")
    )
    shared = b'<signalEventDefinition id="shared" signalRef="sig"/></definitions>'
    host = Host.of(drawn.replace(b"</definitions>", shared))
    host.start()
    host.do(1, "signal", "sig")
    assert host.open() == ["z"]


def test_a_receive_task_may_start_a_process() -> None:
    task = node("receiveTask", "r", instantiate="true", messageRef="msg")
    host = Host.of(file(task + user("a") + flows("r a")))
    starts = host.models["p"].starts
    assert [trigger.name for trigger in starts[0].triggers] == ["msg"]
    host.start(event=starts[0].id)
    assert (host.open(), host.visited()) == (["a"], ["r__start", "r"])


def test_a_process_without_start_event_starts_where_nothing_leads_to() -> None:
    host = Host.of(file(user("a") + user("b") + user("c") + flow("a", "c")))
    host.start()
    assert host.open() == ["a", "b"]


def test_flows_leave_in_the_order_in_which_they_are_drawn() -> None:
    task = user("a", "<outgoing>two</outgoing><outgoing>one</outgoing>")
    host = Host.of(
        file(
            start()
            + task
            + user("b")
            + user("c")
            + flows("s a")
            + flow("a", "b", name="one")
            + flow("a", "c", name="two")
        )
    )
    host.start()
    host.complete("a")
    assert [wait.element_id for wait in host.kernel().waits()] == ["c", "b"]


def test_a_global_task_can_be_called() -> None:
    task = '<globalUserTask id="g" name="ask"/></definitions>'
    drawn = file(process(start() + call("c", "g") + user("z") + flows("s c z")))
    host = Host.of(drawn.replace(b"</definitions>", task.encode()))
    host.start(process="p")
    host.complete("g__task", number=2)
    assert host.open() == ["z"]


def test_names_of_the_kernel_cannot_be_written_from_outside() -> None:
    host = Host.of(file(start() + user("a", several("=l", "i", "out", "=1", sequential=True)) + flows("s a")))
    host.start({"l": [1, 2], "#items": []})
    host.complete("a", {"#items": [], "#out": 7, "kept": True})
    host.complete("a")
    assert host.variables() == {"l": [1, 2], "kept": True, "out": [1, 1]}


def test_tokens_that_wait_at_a_join_can_be_seen() -> None:
    body = start() + user("a") + user("b") + node("parallelGateway", "j") + flows("s a j;s b j")
    host = Host.of(file(body))
    host.start()
    host.complete("a")
    assert [(held.element_id, held.tokens) for held in host.kernel().held()] == [("j", 1)]

"""Listeners of user tasks: what they are asked about, and that nothing changes before they have agreed."""

import datetime as dt

import pytest

from app.kernel import Answer, CommandRefused, JobWait, Migration, TaskChanged, TaskDenied, UserWait, migrate, parse
from tests.kernel.draw import (
    COMPENSATE,
    ERROR,
    MESSAGE,
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
    listener,
    listening,
    mapping,
    node,
    process,
    several,
    start,
    sub,
    throw,
    undone,
    user,
)
from tests.kernel.host import Host
from tests.kernel.test_listeners import answer, jobs

NOON = dt.datetime(2026, 1, 2, 12, tzinfo=dt.UTC)


def asked(*events: str, more: str = "") -> str:
    """A user task's listeners, each with its event as its type."""
    return extension(listening(*(listener(event, event) for event in events), holder="task") + more)


def named(**said: str) -> str:
    return "<zeebe:assignmentDefinition " + " ".join(f'{key}="{value}"' for key, value in said.items()) + "/>"


def of(*events: str, more: str = "", beside: str = "", after: str = "z") -> Host:
    """A host with a user task `a` that has listeners, before a user task `z`."""
    host = Host.of(file(start() + user("a", asked(*events, more=more)) + user("z") + flows(f"s a {after}") + beside))
    host.start({"n": 1})
    return host


def task(host: Host) -> UserWait:
    return next(wait for wait in host.kernel().waits() if isinstance(wait, UserWait))


def change(host: Host, event: str, **changes: object) -> None:
    host.do(1, "change_task", host.token("a"), event, changes)


def reply(host: Host, **said: object) -> None:
    """Do the listener's job that waits with an answer."""
    wait = next(w for w in host.kernel().waits() if isinstance(w, JobWait))
    host.do(1, "answer", wait.token, None, Answer(**said))


def test_task_listeners_are_asked_before_a_task_changes() -> None:
    host = Host.of_element("task_listeners")
    host.start({"who": "anna"})
    assert (jobs(host), host.open()) == ([("open", "creating")], [])
    answer(host)
    assert (jobs(host), host.open()) == ([("take", "assigning")], ["a"])
    assert task(host).assignee is None
    answer(host)
    assert host.verdicts == [TaskChanged(3, "a", "assigning", {"assignee": "anna"})]
    change(host, "updating", priority=70)
    answer(host)
    assert host.verdicts[1:] == [TaskChanged(3, "a", "updating", {"priority": 70})]
    host.complete("a", {"done": True})
    assert (jobs(host), host.open(), host.variables()) == ([("check", "completing")], ["a"], {"who": "anna"})
    answer(host)
    assert (host.open(), host.variables()) == (["z"], {"who": "anna", "done": True})
    host = Host.of_element("task_listeners")
    host.start({"who": "anna"})
    answer(host)
    answer(host)
    host.do(1, "signal", "sig")
    assert (jobs(host), host.open()) == ([("stop", "canceling")], [])
    answer(host)
    assert host.open() == ["r"]


def test_listeners_of_one_event_are_asked_one_after_the_other() -> None:
    both = extension(listening(listener("completing", "one"), listener("completing", "two"), holder="task"))
    host = Host.of(file(start() + user("a", both) + user("z") + flows("s a z")))
    host.start()
    host.complete("a", {"n": 2})
    assert [answer(host), answer(host)] == ["one", "two"]
    assert (host.open(), host.variables()) == (["z"], {"n": 2})


@pytest.mark.parametrize("event", ["assigning", "updating", "completing"])
def test_a_denied_change_leaves_the_task_as_it_was(event: str) -> None:
    host = of(event)
    changed = {"assigning": {"assignee": "bert"}, "updating": {"priority": 1}}
    for denied in (True, False):
        if event == "completing":
            host.complete("a", {"n": 2})
        else:
            change(host, event, **changed[event])
        reply(host, denied=denied, reason="not yet" if denied else "")
        if denied:
            assert host.verdicts == [TaskDenied(3, "a", event, "not yet")]
            assert (jobs(host), host.open(), host.variables()) == ([], ["a"], {"n": 1})
    if event == "completing":
        assert host.variables() == {"n": 2}
    else:
        assert host.verdicts[1:] == [TaskChanged(3, "a", event, changed[event])]


def test_corrections_go_into_the_new_task() -> None:
    host = of("creating", more=named(candidateGroups="clerk,boss", candidateUsers="anna"))
    reply(
        host,
        corrections={
            "assignee": "bert",
            "candidate_groups": [],
            "due_date": NOON,
            "follow_up_date": None,
            "priority": 9,
        },
    )
    found = task(host)
    assert (found.assignee, found.candidate_groups, found.candidate_users) == ("bert", (), ("anna",))
    assert (found.due_date, found.follow_up_date, found.priority) == (NOON, None, 9)


def test_the_next_listener_sees_what_the_one_before_it_corrected() -> None:
    both = extension(listening(listener("updating", "one"), listener("updating", "two"), holder="task"))
    host = Host.of(file(start() + user("a", both) + flows("s a")))
    host.start()
    change(host, "updating", priority=1, candidate_users=("anna",))
    reply(host, corrections={"priority": 2})
    (wait,) = [wait for wait in host.kernel().waits() if isinstance(wait, JobWait)]
    assert (wait.type, wait.changes) == ("two", {"priority": 2, "candidate_users": ("anna",)})
    reply(host)
    assert host.verdicts == [TaskChanged(3, "a", "updating", {"priority": 2, "candidate_users": ("anna",)})]


def test_what_is_corrected_at_the_end_is_told_before_the_task_is_left() -> None:
    host = of("completing")
    host.complete("a")
    reply(host, corrections={"assignee": "bert"})
    assert host.verdicts == [TaskChanged(3, "a", "completing", {"assignee": "bert"})]
    assert host.open() == ["z"]


def test_a_denied_assignment_of_a_new_task_leaves_it_to_everybody() -> None:
    host = of("assigning", more=named(assignee="anna"))
    assert task(host).event == "assigning"
    reply(host, denied=True)
    assert (task(host).assignee, task(host).event) == (None, None)


def test_one_thing_at_a_time() -> None:
    host = of("updating", "completing", "assigning")
    change(host, "updating", priority=3)
    token = host.token("a")
    for command, arguments in (("complete", [token]), ("change_task", [token, "assigning", {"assignee": "x"}])):
        with pytest.raises(CommandRefused):
            getattr(host.kernel(), command)(*arguments)
    reply(host)
    host.complete("a")
    assert jobs(host) == [("completing", "completing")]


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ("creating", {"denied": True}),
        ("canceling", {"denied": True}),
        ("canceling", {"corrections": {"priority": 1}}),
        ("updating", {"corrections": {"name": "x"}}),
    ],
)
def test_what_a_listener_cannot_say_is_refused(event: str, said: dict[str, object]) -> None:
    host = of(event, beside=boundary("b", "a", SIGNAL) + user("r") + flow("b", "r"))
    if event == "canceling":
        host.do(1, "signal", "sig")
    elif event == "updating":
        change(host, event, priority=3)
    with pytest.raises(CommandRefused):
        reply(host, **said)
    with pytest.raises(CommandRefused):
        host.kernel().answer(host.token("a"), {"n": 5})
    assert jobs(host) == [(event, event)]


def test_execution_listeners_neither_deny_nor_correct() -> None:
    host = Host.of(file(start() + user("a", heard(listener("end", "after"))) + user("z") + flows("s a z")))
    host.start()
    host.complete("a")
    for said in ({"denied": True}, {"corrections": {"priority": 1}}):
        with pytest.raises(CommandRefused):
            reply(host, **said)
    answer(host, {"n": 1})
    assert host.open() == ["z"]


@pytest.mark.parametrize("event", ["creating", "assigning", "updating", "completing", "canceling"])
def test_a_listener_that_fails_is_asked_again_with_the_same_question(event: str) -> None:
    kind = extension(listening(listener(event, "=kind"), holder="task") + named(assignee="anna"))
    body = start() + user("a", kind) + boundary("b", "a", SIGNAL) + user("r") + user("z")
    host = Host.of(file(body + flows("s a z;b r")))
    host.start({"kind": 7})
    if event == "updating":
        change(host, event, priority=3)
    elif event == "completing":
        host.complete("a", {"n": 2})
    elif event == "canceling":
        host.do(1, "signal", "sig")
    assert host.incidents() == [("a", "kernel.not_a_name")]
    assert host.open() == ([] if event in ("creating", "canceling") else ["a"])
    host.do(1, "set_variables", {"kind": "late"})
    host.do(1, "retry", host.token("a"))
    host.do(1, "raise_incident", host.token("a"), "engine.job_failed")
    host.do(1, "retry", host.token("a"))
    assert jobs(host) == [("late", event)]
    answer(host)
    if event == "creating":
        assert task(host).assignee == "anna"
    if event in ("assigning", "updating"):
        assert [type(verdict) for verdict in host.verdicts] == [TaskChanged]
    assert host.open() == [{"completing": "z", "canceling": "r"}.get(event, "a")]


def test_task_and_execution_listeners_keep_their_order() -> None:
    around = listening(listener("start", "start"), listener("end", "end"))
    host = of("creating", "completing", more=around)
    assert [answer(host), answer(host)] == ["start", "creating"]
    host.complete("a", {"n": 2})
    assert [answer(host), answer(host)] == ["completing", "end"]
    assert (host.open(), host.variables()) == (["z"], {"n": 2})


# Canceling: what comes next comes after the listeners.


def test_an_interrupting_boundary_event_goes_on_after_the_farewell() -> None:
    host = of("canceling", beside=boundary("b", "a", SIGNAL) + user("r") + flow("b", "r"))
    host.do(1, "signal", "sig", {"why": 5})
    assert (jobs(host), host.open()) == ([("canceling", "canceling")], [])
    answer(host)
    assert (host.open(), host.variables()) == (["r"], {"n": 1, "why": 5})
    assert [entry.element_id for entry in host.log[1] if entry.happened == "terminated"] == ["a"]


@pytest.mark.parametrize(
    ("inside", "outside", "opened"),
    [
        (user("w") + end("stop", "<terminateEventDefinition/>") + flow("w", "stop"), "", ["z"]),
        (user("w") + end("stop", ERROR) + flow("w", "stop"), boundary("b", "sp", ERROR) + user("r") + flow("b", "r"), ["r"]),
        (user("w") + throw("t", SIGNAL) + end("te") + flow("w", "t") + flow("t", "te") + event_sub("es", SIGNAL), "", ["es_task"]),
    ],
    ids=["terminate", "error", "event sub-process"],
)  # fmt: skip
def test_whatever_cancels_a_task_goes_on_after_the_farewell(inside: str, outside: str, opened: list[str]) -> None:
    first = start("i") + user(
        "a", asked("canceling", more='<zeebe:ioMapping><zeebe:input source="=n" target="own"/></zeebe:ioMapping>')
    )
    scope = sub("sp", mapping({"local": "=n + 1"}) + first + flow("i", "a") + flow("i", "w") + inside)
    host = Host.of(file(start() + scope + user("z") + flows("s sp z") + outside))
    host.start({"n": 1})
    assert host.open() == ["a", "w"]
    host.complete("w")
    assert (jobs(host), host.open()) == ([("canceling", "canceling")], [])
    kernel = host.kernel()
    assert dict(kernel.view(kernel.tasks[host.token("a")])) == {"n": 1, "local": 2, "own": 1}
    answer(host)
    assert host.open() == opened
    assert len(host.kernel().scopes.variables) == len(host.stored[1])


def test_several_farewells_are_all_waited_for() -> None:
    loop = several("=[1,2]", "item", until="=numberOfCompletedInstances = 0")
    inside = start("i") + user("a", asked("canceling") + loop) + end("ie") + flows("i a ie")
    body = start() + sub("sp", inside) + boundary("b", "sp", SIGNAL) + user("r") + flows("s sp;b r")
    host = Host.of(file(body))
    host.start()
    host.do(1, "signal", "sig")
    assert (jobs(host), host.open()) == ([("canceling", "canceling")] * 2, [])
    answer(host)
    assert host.open() == []
    answer(host)
    assert host.open() == ["r"]


def test_the_rest_of_a_loop_is_cancelled_before_it_is_left() -> None:
    loop = several("=[1,2]", "item", "all", "=item", until="=true")
    host = Host.of(file(start() + user("a", asked("canceling") + loop) + user("z") + flows("s a z")))
    host.start()
    host.complete("a")
    assert (jobs(host), host.open()) == ([("canceling", "canceling")], [])
    answer(host)
    assert host.open() == ["z"]


def test_a_cancelled_instance_ends_after_its_farewells_or_when_it_is_cancelled_again() -> None:
    for patient in (True, False):
        host = of("canceling")
        host.do(1, "cancel")
        assert (jobs(host), 1 in host.ended) == ([("canceling", "canceling")], False)
        if patient:
            answer(host)
        else:
            host.do(1, "cancel")
        assert (host.open(), host.variables()) == (["cancelled"], {"n": 1})


def test_an_error_of_a_called_process_reaches_its_caller_after_the_farewell() -> None:
    inside = start("cs") + user("a", asked("canceling")) + user("w") + end("stop", ERROR) + flows("cs a;cs w stop")
    caller = start() + call("c", "q") + boundary("b", "c", ERROR) + user("r") + flows("s c;b r")
    host = Host.of(file(process(caller), process(inside, "q")))
    host.start(process="p")
    host.complete("w", number=2)
    assert (jobs(host, 2), host.open()) == ([("canceling", "canceling")], [])
    answer(host, number=2)
    assert host.open() == ["r"]


def test_a_farewell_can_be_cut_short() -> None:
    host = of("canceling", beside=boundary("b", "a", SIGNAL) + user("r") + flow("b", "r"))
    host.do(1, "signal", "sig")
    host.do(1, "modify", [host.token("a")])
    assert (jobs(host), host.open()) == ([], ["r"])


def test_a_task_taken_away_by_hand_says_farewell_and_the_instance_ends_then() -> None:
    host = of("canceling", after="")
    host.do(1, "modify", [host.token("a")])
    assert (jobs(host), 1 in host.ended) == ([("canceling", "canceling")], False)
    answer(host)
    assert host.open() == ["completed"]


def test_what_is_on_its_way_already_does_not_wait() -> None:
    beside = boundary("b", "a", SIGNAL) + user("r") + flow("b", "r") + user("w") + user("x") + flows("s w x")
    host = of("canceling", beside=beside)
    host.do(1, "signal", "sig")
    host.complete("w")
    assert host.open() == ["x"]
    answer(host)
    assert host.open() == ["r", "x"]


def test_what_waits_for_a_farewell_can_be_cancelled_itself() -> None:
    inside = start("i") + user("a", asked("canceling")) + boundary("b", "a", SIGNAL) + user("r") + flows("i a;b r")
    again = boundary("out", "sp", MESSAGE) + user("o") + flow("out", "o")
    host = Host.of(file(start() + sub("sp", inside) + again + flows("s sp")))
    host.start()
    host.do(1, "signal", "sig")
    host.fire("out")
    assert (jobs(host), host.open()) == ([("canceling", "canceling")], [])
    answer(host)
    assert host.open() == ["o"]


def test_a_handler_that_undoes_says_farewell_with_what_it_saw() -> None:
    handler = user(
        "a_undo",
        mapping({"x": "=n"}).replace(
            "<zeebe:ioMapping>", listening(listener("canceling", "bye"), holder="task") + "<zeebe:ioMapping>"
        ),
    )
    body = start() + node("task", "a") + undone("a", handler) + throw("t", COMPENSATE) + flows("s a t")
    host = Host.of(file(body + event_sub("es", SIGNAL)))
    host.start({"n": 4})
    assert host.open() == ["a_undo"]
    host.do(1, "signal", "sig")
    kernel = host.kernel()
    assert (jobs(host), kernel.view(kernel.tasks[host.token("a_undo")])["x"]) == ([("bye", "canceling")], 4)
    answer(host)
    assert host.open() == ["es_task"]


def moved(host: Host, *events: str, beside: str = "") -> Migration:
    """Bring the host's instance to the same drawing with other listeners; a refusal changes nothing."""
    body = start() + user("a", asked(*events)) + user("z") + flows("s a z") + beside
    model = parse(file(body)).processes[0]
    before = host.kernel().dump()
    migration = migrate(host.kernel(), model, host.port)
    assert host.kernel().dump() == before
    if migration.kernel is not None:
        host.models[model.id], host.kernels[1] = model, migration.kernel
        migration.kernel.advance()
        host.settle()
    return migration


def test_what_listeners_are_asked_goes_on_in_another_version_that_has_them() -> None:
    host = of("completing")
    host.do(1, "complete", host.token("a"), {"n": 2})
    assert [one.code for one in moved(host, "updating").findings] == ["kernel.migration_listener"]
    assert moved(host, "completing", "updating").findings == ()
    reply(host)
    assert (host.open(), host.variables()["n"]) == (["z"], 2)


def test_a_farewell_goes_on_in_another_version_and_nothing_waits_for_its_token() -> None:
    host = of("canceling", beside=boundary("b", "a", MESSAGE) + flow("b", "z"))
    host.fire("b")
    assert (jobs(host), host.open()) == ([("canceling", "canceling")], [])
    with_event = boundary("b", "a", MESSAGE) + flow("b", "z")
    assert [one.code for one in moved(host, "updating", beside=with_event).findings] == ["kernel.migration_listener"]
    assert moved(host, "canceling", beside=with_event).findings == ()
    reply(host)
    assert host.open() == ["z"]


def test_an_instance_that_is_ending_waits_for_no_new_event() -> None:
    host = of("canceling")
    host.do(1, "cancel")
    assert moved(host, "canceling", beside=event_sub("es", MESSAGE)).findings == ()
    reply(host)
    assert 1 in host.ended


def test_a_task_offered_anew_asks_no_listener() -> None:
    host = of("assigning", more=named(candidateGroups="clerk"))
    body = start() + user("a", asked("assigning", more=named(assignee="anna"))) + user("z") + flows("s a z")
    migration = migrate(host.kernel(), parse(file(body)).processes[0], host.port, renewed=["tasks"])
    assert migration.kernel is not None
    (offer,) = migration.kernel.waits()
    assert isinstance(offer, UserWait)
    assert (offer.assignee, offer.event) == ("anna", None)

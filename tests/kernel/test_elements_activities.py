"""Each task, gateway, scope and loop, on the minimal diagram of its name."""

import datetime as dt

import pytest

from app.kernel import Form, JobWait, KernelError, NotWaiting, StartCall, TokenGone, UserWait
from tests.kernel.host import SHANGHAI, Host


def test_user_task_carries_its_assignment() -> None:
    host = Host.of_element("user_task")
    host.start({"chosen": "li", "outlet": "GZ01"})
    task = host.kernel().waits()[0]
    assert isinstance(task, UserWait)
    assert task.form == Form("repair_form", "latest")
    assert task.assignee == "li"
    assert task.candidate_groups == ("analyst", "receptionist@GZ01")
    assert task.candidate_users == ("ann", "bob")
    assert task.due_date == dt.datetime(2026, 1, 2, 12, tzinfo=SHANGHAI)
    assert task.follow_up_date == dt.datetime(2026, 1, 2, 9, tzinfo=SHANGHAI)
    assert task.priority == 70
    host.complete("a", {"fault": "display"})
    assert (host.open(), host.variables()["fault"]) == (["completed"], "display")


@pytest.mark.parametrize("name", ["manual_task", "abstract_task"])
def test_tasks_that_nobody_does_in_the_system_pass_through(name: str) -> None:
    host = Host.of_element(name)
    host.start()
    assert host.visited() == ["s", "a", "e", name]


def test_service_task_is_a_job() -> None:
    host = Host.of_element("service_task")
    host.start({"channel": "sms"})
    job = host.kernel().waits()[0]
    assert isinstance(job, JobWait)
    assert (job.type, job.retries, job.headers) == ("notice.sms", 5, {"template": "quote"})
    host.complete("a", {"sent": True})
    assert host.open() == ["completed"]
    with pytest.raises(KernelError) as refusal:
        host.kernel().complete(job.token)
    assert refusal.value.code == "kernel.instance_over"


def test_a_job_error_leaves_by_the_boundary() -> None:
    host = Host.of_element("service_task")
    host.start({"channel": "sms"})
    token = host.token("a")
    host.do(1, "fail", token, "E1")
    assert host.open() == ["by_hand"]
    with pytest.raises(TokenGone):
        host.kernel().complete(token)


def test_a_job_error_that_nothing_catches_is_an_incident_and_retry_makes_a_new_job() -> None:
    host = Host.of_element("service_task")
    host.start({"channel": "sms"})
    token = host.token("a")
    host.do(1, "fail", token, "E9")
    assert host.incidents() == [("a", "kernel.error_not_caught")]
    assert host.kernel().waits() == []
    with pytest.raises(NotWaiting):
        host.kernel().complete(token)
    host.do(1, "retry", token)
    host.complete("a")
    assert host.open() == ["completed"]


def test_send_task_publishes_or_leaves_it_to_a_job() -> None:
    host = Host.of_element("send_task")
    host.start({"order": 7, "greeting": "hello"})
    assert [(m.name, m.correlation_key, m.variables) for m in host.published] == [("keyed", "7", {"text": "hello"})]
    host.complete("b")
    assert host.open() == ["completed"]


def test_receive_task() -> None:
    host = Host.of_element("receive_task")
    host.start({"order": 7})
    assert not host.publish("keyed", "8")
    assert host.publish("keyed", "7", {"paid": 100})
    assert (host.open(), host.variables()) == (["completed"], {"order": 7, "paid": 100})


def test_script_task() -> None:
    host = Host.of_element("script_task")
    host.start({"price": 21})
    assert host.variables() == {"price": 21, "total": 42}


def test_business_rule_task_keeps_the_trace() -> None:
    host = Host.of_element("business_rule_task")
    host.port.decisions["warranty"] = lambda view: {"covered": view["days"] > 0}
    host.start({"days": 3})
    assert host.variables()["verdict"] == {"covered": True}
    decided = [entry for entry in host.log[1] if entry.happened == "decided"]
    assert [(e.element_id, e.details) for e in decided] == [("a", {"decision": "warranty", "trace": {"rule": 1}})]
    host.complete("b")
    assert host.open() == ["completed"]


def test_a_decision_that_fails_is_an_incident() -> None:
    host = Host.of_element("business_rule_task")
    host.start({"days": 3})
    assert host.incidents() == [("a", "kernel.decision_failed")]


def test_exclusive_gateway() -> None:
    for amount, task, taken in ((500, "high", "f_high"), (5, "low", "otherwise")):
        host = Host.of_element("exclusive_gateway")
        host.start({"amount": amount})
        assert host.open() == [task]
        assert [e.flows for e in host.log[1] if e.element_id == "g" and e.happened == "completed"] == [(taken,)]


def test_parallel_gateway() -> None:
    host = Host.of_element("parallel_gateway")
    host.start()
    host.complete("b")
    assert host.open() == ["a"]
    host.complete("a")
    assert host.open() == ["c"]


@pytest.mark.parametrize(("x", "y", "tasks"), [(True, True, "ab"), (True, False, "a"), (False, False, "c")])
def test_inclusive_gateway(x: bool, y: bool, tasks: str) -> None:
    host = Host.of_element("inclusive_gateway")
    host.start({"x": x, "y": y})
    for task in tasks:
        assert "z" not in host.open()
        host.complete(task)
    assert host.open() == ["z"]


def test_event_based_gateway() -> None:
    host = Host.of_element("event_based_gateway")
    host.start({"order": 1})
    assert len(host.kernel().waits()) == 3
    host.publish("keyed", "1", {"answer": "yes"})
    assert (host.open(), host.variables()["answer"]) == (["a"], "yes")
    host = Host.of_element("event_based_gateway")
    host.start({"order": 1})
    host.wait(hours=3)
    assert host.open() == ["b"]
    assert host.visited() == ["s", "g", "late"]


@pytest.mark.parametrize(("x", "tasks"), [(1, ["d"]), (2, ["b"]), (3, ["b", "c"])])
def test_conditional_flow(x: int, tasks: list[str]) -> None:
    host = Host.of_element("conditional_flow")
    host.start()
    host.complete("a", {"x": x})
    assert host.open() == tasks


def test_implicit_fork() -> None:
    host = Host.of_element("implicit_fork")
    host.start()
    host.complete("a")
    assert host.open() == ["b", "c"]


def test_sub_process_has_local_variables_and_outputs() -> None:
    host = Host.of_element("sub_process")
    host.start({"outer": 1, "found": None})
    host.complete("a", {"local": 9, "found": "dust"})
    assert (host.open(), host.variables()) == (["z"], {"outer": 1, "found": "dust", "result": "dust"})


def test_call_activity_runs_as_an_instance_of_its_own() -> None:
    host = Host.of_element("call_activity")
    host.start({"a": 1})
    assert (host.open(1), host.open(2)) == ([], ["cu"])
    host.complete("cu", {"verdict": "fine"}, number=2)
    assert (host.open(1), host.open(2)) == (["z"], ["completed"])
    assert host.variables() == {"a": 1, "verdict": "fine"}


def test_call_activity_gets_errors_and_escalations_of_the_child() -> None:
    host = Host.of_element("call_activity")
    host.start()
    host.complete("cu", {"verdict": "bad"}, number=2)
    assert (host.open(1), host.open(2)) == (["fix"], ["error"])
    host = Host.of_element("call_activity")
    host.start()
    host.complete("cu", {"verdict": "raise"}, number=2)
    assert (host.open(1), host.open(2)) == (["boss"], ["cv"])
    host.complete("cv", number=2)
    assert host.open(1) == ["boss", "z"]


def test_call_activity_says_what_to_call() -> None:
    host = Host.of_element("call_activity")
    kernel = host.kernel(host.start({"a": 1}))
    kernel.cancel()
    call = StartCall(3, "c", host.models["p"].elements["c"].process, {"a": 1})  # type: ignore[arg-type]
    assert call.process.process_id == "called"
    assert host.models["p"].references[0].id == "called"


def test_multi_instance_parallel_keeps_the_order_of_the_collection() -> None:
    host = Host.of_element("multi_instance_parallel")
    host.start({"people": ["ann", "bob", "eve"]})
    tasks = [w.token for w in host.kernel().waits()]
    for place in (2, 0, 1):
        host.do(1, "complete", tasks[place], {"answer": place})
    assert host.variables()["answers"] == [0, 1, 2]
    assert set(host.variables()) == {"people", "answers"}
    assert host.open() == ["z"]


def test_multi_instance_sequential_sees_one_item_at_a_time() -> None:
    host = Host.of_element("multi_instance_sequential")
    host.start({"people": ["ann", "bob"]})
    seen = []
    while host.open() == ["a"]:
        kernel = host.kernel()
        seen.append(kernel.view(kernel.tasks[host.kernel().waits()[0].token])["person"])
        host.do(1, "complete", kernel.waits()[0].token, {"answer": seen[-1].upper()})
    assert seen == ["ann", "bob"]
    assert host.variables()["answers"] == ["ANN", "BOB"]


@pytest.mark.parametrize("name", ["multi_instance_parallel", "multi_instance_sequential"])
def test_multi_instance_over_nothing_goes_on(name: str) -> None:
    host = Host.of_element(name)
    host.start({"people": []})
    assert (host.open(), host.variables()["answers"]) == (["z"], [])


def test_multi_instance_with_a_number_and_a_completion_condition() -> None:
    host = Host.of_element("multi_instance_cardinality")
    host.start({"n": 4})
    for left in (3, 0):
        host.do(1, "complete", host.kernel().waits()[0].token)
        assert host.open().count("a") == left
    assert host.open() == ["z"]


@pytest.mark.parametrize(("behavior", "heard"), [("none", [1, 2, 3]), ("one", [1, 1, 1]), ("complex", [0, 1, 1])])
def test_multi_instance_behavior(behavior: str, heard: list[int]) -> None:
    host = Host.of_element(f"multi_instance_behavior_{behavior}")
    host.start()
    for times in heard:
        host.complete("a")
        assert host.open().count("r") == times
    assert "z" in host.open()


def test_standard_loop() -> None:
    host = Host.of_element("standard_loop")
    host.start({"again": False})
    assert host.open() == ["z"]
    host = Host.of_element("standard_loop")
    host.start({"again": True})
    host.complete("a")
    host.complete("a", {"again": False})
    assert host.open() == ["z"]
    host = Host.of_element("standard_loop")
    host.start({"again": True})
    for _ in range(5):
        host.complete("a")
    assert host.open() == ["z"]


def test_mappings() -> None:
    host = Host.of_element("mappings")
    host.start({"x": 1, "who": "li", "customer": {"id": 5}})
    token = host.token("a")
    assert dict(host.kernel().view(host.kernel().tasks[token])) == {
        "x": 1,
        "who": "li",
        "customer": {"id": 5, "name": "li"},
        "first": 2,
        "second": 20,
    }
    host.complete("a", {"entered": 3, "town": "Jinan"})
    assert host.variables() == {
        "x": 1,
        "who": "li",
        "customer": {"id": 5, "name": "li", "city": "Jinan"},
        "total": 23,
    }


def test_lanes_offer_tasks_that_name_nobody() -> None:
    host = Host.of_element("lanes")
    host.start()
    groups = {w.element_id: w.candidate_groups for w in host.kernel().waits() if isinstance(w, UserWait)}
    assert groups == {
        "a": ("repair_analyst",),
        "inner": ("repair_analyst",),
        "b": ("repair_manager",),
        "c": ("ccs_general_manager",),
    }

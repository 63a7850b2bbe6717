"""Ad-hoc sub-processes: what begins, who may start what, and when it is over."""

import pytest

from app.kernel import ChoiceWait, CommandRefused
from tests.kernel.draw import (
    ERROR,
    MESSAGE,
    boundary,
    end,
    event_sub,
    extension,
    file,
    flows,
    mapping,
    node,
    several,
    start,
    user,
)
from tests.kernel.host import Host

CHOICE = extension("<zeebe:adHoc/>")


def choice(host: Host) -> ChoiceWait:
    return next(wait for wait in host.kernel().waits() if isinstance(wait, ChoiceWait))


def begin(host: Host, *steps: str, **options: bool) -> None:
    host.do(1, "activate", choice(host).token, [(step, {}) for step in steps], **options)


def test_ad_hoc_begins_everything_and_ends_with_the_last_step() -> None:
    host = Host.of_element("ad_hoc")
    host.start()
    assert host.open() == ["a", "b"]
    host.complete("b")
    assert host.open() == ["a", "b2"]
    host.complete("b2")
    host.complete("a")
    assert host.open() == ["z"]


def test_ad_hoc_sequential() -> None:
    host = Host.of_element("ad_hoc_sequential")
    host.start({"enough": False})
    assert (host.open(), choice(host).steps) == (["a"], ())
    host.complete("a")
    assert host.open() == ["b"]
    host.complete("b", {"enough": True})
    assert host.open() == ["z"]


def test_ad_hoc_completion_condition_cancels_what_still_runs() -> None:
    host = Host.of_element("ad_hoc_completion_condition")
    host.start({"enough": False})
    host.complete("b")
    assert host.open() == ["a", "c"]
    host.complete("a", {"enough": True})
    assert host.open() == ["z"]


def test_ad_hoc_remaining_is_waited_for() -> None:
    host = Host.of_element("ad_hoc_remaining")
    host.start()
    host.complete("a", {"enough": True})
    assert (host.open(), choice(host).steps) == (["b"], ())
    with pytest.raises(CommandRefused):
        host.kernel().activate(choice(host).token, [("a", {})])
    host.complete("b", {"enough": False})
    assert host.open() == ["z"]


def test_ad_hoc_elements() -> None:
    host = Host.of_element("ad_hoc_elements")
    host.start({"steps": ["c", "a", "c"]})
    assert host.open() == ["a", "c", "c"]
    for step in ("a", "c", "c"):
        host.complete(step)
    assert host.open() == ["z"]


@pytest.mark.parametrize(
    ("steps", "code"),
    [("a", "kernel.not_a_list"), (["a", "z"], "kernel.no_such_step"), ([1], "kernel.no_such_step")],
)
def test_a_list_that_names_no_steps_is_an_incident(steps: object, code: str) -> None:
    host = Host.of_element("ad_hoc_elements")
    host.start({"steps": steps})
    assert (host.incidents(), host.open()) == ([("ah", code)], [])
    host.do(1, "set_variables", {"steps": ["b"]})
    host.do(1, "retry", host.kernel().incidents()[0].token)
    assert host.open() == ["b"]


def test_ad_hoc_choice_waits_for_somebody_to_start_a_step() -> None:
    host = Host.of_element("ad_hoc_choice")
    host.start({"enough": False})
    assert (host.open(), choice(host).steps) == ([], ("a", "b"))
    begin(host, "b")
    begin(host, "b", "a")
    assert host.open() == ["a", "b", "b"]
    for step in ("a", "b", "b"):
        host.complete(step)
    assert (host.open(), choice(host).steps) == ([], ("a", "b"))
    begin(host, "a")
    host.complete("a", {"enough": True})
    assert host.open() == ["z"]


def test_a_step_started_instead_of_others() -> None:
    host = Host.of_element("ad_hoc_choice")
    host.start({"enough": False})
    begin(host, "a", "b")
    begin(host, "b", cancel_remaining=True)
    assert host.open() == ["b"]


def test_a_started_step_has_variables_of_its_own() -> None:
    inside = CHOICE + user("a", mapping({"twice": "=n * 2"}, {"seen": "=twice + n"}))
    host = Host.of(file(start() + node("adHocSubProcess", "ah", inside) + user("z") + flows("s ah z")))
    host.start({"n": 1})
    host.do(1, "activate", choice(host).token, [("a", {"n": 5})])
    host.complete("a")
    assert (host.open(), host.variables()) == (["z"], {"n": 1, "seen": 15})


@pytest.mark.parametrize("steps", [["ghost"], ["z"], []])
def test_what_is_no_step_is_refused_and_changes_nothing(steps: list[str]) -> None:
    host = Host.of_element("ad_hoc_choice")
    host.start({"enough": False})
    begin(host, "a")
    with pytest.raises(CommandRefused):
        begin(host, *steps, cancel_remaining=True)
    assert host.open() == ["a"]


def test_ordered_steps_are_started_one_at_a_time() -> None:
    inside = CHOICE + user("a") + user("b") + "<completionCondition>=enough</completionCondition>"
    body = start() + node("adHocSubProcess", "ah", inside, ordering="Sequential") + user("z") + flows("s ah z")
    host = Host.of(file(body))
    host.start({"enough": False})
    begin(host, "a")
    for steps in (("b",), ("a", "b")):
        with pytest.raises(CommandRefused):
            begin(host, *steps)
    begin(host, "b", cancel_remaining=True)
    assert host.open() == ["b"]


def test_a_failing_completion_condition_is_an_incident_and_stops_no_step() -> None:
    host = Host.of_element("ad_hoc_completion_condition")
    host.start({"enough": None})
    host.complete("a")
    assert (host.incidents(), host.open()) == ([("ah", "kernel.not_a_boolean")], ["b", "c"])
    host.complete("b", {"enough": True})
    assert host.open() == ["c"]
    host.do(1, "retry", host.kernel().incidents()[0].token)
    assert (host.incidents(), host.open()) == ([], ["z"])


def test_events_around_and_inside_work_as_at_any_sub_process() -> None:
    inside = user("a") + user("b", several("=[1,2]", "it")) + event_sub("es", MESSAGE)
    body = start() + node("adHocSubProcess", "ah", inside) + boundary("x", "ah", ERROR) + user("fix") + user("z")
    host = Host.of(file(body + flows("s ah z;x fix")))
    host.start()
    host.fire("es_start")
    assert host.open() == ["es_task"]
    host.complete("es_task")
    assert host.open() == ["z"]
    host.start()
    assert host.open(2) == ["a", "b", "b"]
    host.do(2, "fail", host.token("a", 2), "E1")
    assert host.open(2) == ["fix"]


def test_an_event_subprocess_beside_the_steps_does_not_end_them() -> None:
    inside = user("a") + event_sub("es", MESSAGE, False)
    host = Host.of(file(start() + node("adHocSubProcess", "ah", inside) + end() + flows("s ah e")))
    host.start()
    host.fire("es_start")
    host.complete("es_task")
    assert host.open() == ["a"]
    host.complete("a")
    assert host.open() == ["completed"]


def test_rounds_of_an_ad_hoc_sub_process() -> None:
    inside = user("a") + several("=[1,2]", "it", sequential=True)
    host = Host.of(file(start() + node("adHocSubProcess", "ah", inside) + user("z") + flows("s ah z")))
    host.start()
    host.complete("a")
    assert host.open() == ["a"]
    host.complete("a")
    assert host.open() == ["z"]

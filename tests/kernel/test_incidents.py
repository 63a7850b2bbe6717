"""An error belongs to one token, loses nothing that a person entered, and can be retried."""

import pytest

from app.kernel import Kernel
from app.kernel.errors import NoIncident
from tests.kernel.draw import (
    boundary,
    call,
    end,
    file,
    flow,
    flows,
    mapping,
    node,
    script,
    several,
    start,
    timer,
    user,
)
from tests.kernel.host import Host


def test_a_failing_condition_keeps_the_completion_and_the_other_branches() -> None:
    body = (
        start()
        + node("parallelGateway", "g")
        + user("a")
        + user("b")
        + node("exclusiveGateway", "x", default="fd")
        + user("c")
        + user("d")
        + end()
        + flows("s g a x;g b e;c e;d e")
        + flow("x", "c", "=missing &gt; 1")
        + flow("x", "d", name="fd")
    )
    host = Host.of(file(body))
    host.start()
    host.complete("a", {"done": 7})
    assert host.incidents() == [("x", "kernel.not_a_boolean")]
    assert host.open() == ["b"]
    assert host.variables()["done"] == 7
    host.complete("b")
    host.do(1, "set_variables", {"missing": 5})
    host.do(1, "retry", host.kernel().incidents()[0].token)
    assert host.incidents() == []
    assert host.open() == ["c"]
    host.complete("c")
    assert host.open() == ["completed"]


def test_a_failing_output_mapping_keeps_what_the_person_entered() -> None:
    body = start() + user("a", mapping(outputs={"each": "=total / 4"})) + user("b") + end()
    host = Host.of(file(body + flows("s a b e")))
    host.port.broken.add("=total / 4")
    host.start()
    host.complete("a", {"total": 10})
    assert host.incidents() == [("a", "kernel.expression_failed")]
    host.port.broken.clear()
    host.do(1, "retry", host.token("a"))
    assert (host.open(), host.variables()) == (["b"], {"each": 2.5})


def test_a_script_is_not_run_twice_when_a_later_phase_fails() -> None:
    counter = script("a", "n", "=n + 1")
    body = start() + counter + node("exclusiveGateway", "x", default="no") + user("b") + user("c")
    asked = flow("x", "b", "=n = 1") + flow("x", "c", name="no")
    host = Host.of(file(body + flows("s a x") + asked))
    host.port.broken.add("=n = 1")
    host.start({"n": 0})
    assert host.incidents() == [("x", "kernel.expression_failed")]
    host.port.broken.clear()
    host.do(1, "retry", host.token("x"))
    assert (host.open(), host.variables()) == (["b"], {"n": 1})


def test_a_failing_expression_is_named_with_its_cause() -> None:
    body = start() + script("a", "n", "=1 + 1") + flows("s a")
    host = Host.of(file(body))
    host.port.broken.add("=1 + 1")
    host.start()
    incident = host.kernel().incidents()[0]
    assert dict(incident.params) == {"expression": "=1 + 1", "error": "=1 + 1"}
    assert incident.element_id == "a"


def test_incidents_name_element_expression_and_cause() -> None:
    body = start() + user("a", several("=people", "person")) + end() + flows("s a e")
    host = Host.of(file(body))
    host.start({"people": "nobody"})
    incident = host.kernel().incidents()[0]
    assert incident.element_id == "a"
    assert incident.code == "kernel.not_a_list"
    assert incident.params["expression"] == "=people"


def test_input_script_timer_and_collection_can_be_corrected_and_retried() -> None:
    for drawn, right in (
        (user("a") + boundary("b", "a", timer("=zz")) + flow("b", "u"), "PT1S"),
        (user("a", several("=zz", "i")), [1]),
    ):
        host = Host.of(file(start() + drawn + user("u") + end() + flows("s a u e")))
        host.start()
        assert [element for element, _ in host.incidents()] == ["a"]
        host.do(1, "set_variables", {"zz": right})
        host.do(1, "retry", host.kernel().incidents()[0].token)
        assert host.incidents() == []
        assert host.open() == ["a"]


def test_an_endless_automatic_loop_is_parked() -> None:
    body = start() + node("exclusiveGateway", "m") + script("a", "n", "=n + 1") + flows("s m a m")
    host = Host.of(file(body))
    host.start({"n": 0})
    assert [code for _, code in host.incidents()] == ["kernel.too_many_steps"]
    assert Kernel.step_limit == 5000


def test_a_boundary_timer_ends_a_task_that_has_an_incident() -> None:
    body = start() + script("a", "r", "=1") + boundary("late", "a", timer("PT5M")) + user("u")
    host = Host.of(file(body + flows("s a;late u")))
    host.port.broken.add("=1")
    host.start()
    assert host.incidents() == [("a", "kernel.expression_failed")]
    host.wait(minutes=6)
    assert (host.incidents(), host.open()) == ([], ["u"])


def test_retry_of_a_token_without_incident_is_refused() -> None:
    host = Host.of(file(start() + user("a") + flows("s a")))
    host.start()
    with pytest.raises(NoIncident):
        host.kernel().retry(host.token("a"))


def test_the_host_can_report_an_incident_of_its_own() -> None:
    host = Host.of(file(start() + call("c", "nowhere") + end() + flows("s c e")))
    host.start()
    assert host.incidents() == [("c", "engine.process_missing")]
    host.do(1, "retry", host.token("c"))
    assert host.incidents() == [("c", "engine.process_missing")]

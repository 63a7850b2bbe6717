"""Conditional events: when they are looked at, what they see, and how often they happen."""

import pytest

from app.kernel import ConditionWait, Kernel
from tests.kernel.draw import (
    boundary,
    condition,
    end,
    event_sub,
    file,
    flow,
    flows,
    job,
    mapping,
    node,
    script,
    start,
    sub,
    user,
)
from tests.kernel.host import FeelPort, Host

MUCH = condition("=amount &gt; 100")
WATCHED = start() + user("a") + user("w") + flows("s a;s w")


@pytest.mark.parametrize("interrupting", [True, False])
@pytest.mark.parametrize("element", ["boundary", "event_subprocess"])
def test_a_condition_happens_when_a_variable_makes_it_true(element: str, interrupting: bool) -> None:
    host = Host.of_element(f"{element}_conditional" + ("" if interrupting else "_non_interrupting"))
    task = "r" if element == "boundary" else "es_task"
    others = ["w"] if element == "boundary" else []
    host.start({"amount": 5})
    host.do(1, "set_variables", {"amount": 500})
    assert host.open() == sorted([task, *(others if interrupting else ["a", "w"])])


def test_catch_conditional() -> None:
    host = Host.of_element("catch_conditional")
    host.start({"total": 30})
    assert [type(wait) for wait in host.kernel().waits()][:1] == [ConditionWait]
    host.do(1, "set_variables", {"paid": 20})
    assert host.open() == ["w"]
    host.complete("w", {"paid": 30})
    assert host.open() == ["a"]


def test_what_holds_already_happens_before_anything_else() -> None:
    inside = start("i") + script("c", "seen", "=true") + user("a") + flows("i c a")
    body = start() + sub("sp", inside) + boundary("b", "sp", MUCH) + user("r") + flows("s sp;b r")
    host = Host.of(file(body))
    host.start({"amount": 101})
    assert host.open() == ["r"]
    assert "seen" not in host.variables()


def test_it_happens_again_only_after_it_was_false() -> None:
    host = Host.of(file(WATCHED + boundary("b", "a", MUCH, False) + user("r") + flows("b r")))
    host.start()
    for amount in (500, 600, 1, 700):
        host.do(1, "set_variables", {"amount": amount})
    assert host.open() == ["a", "r", "r", "w"]


def test_a_condition_is_evaluated_only_when_a_variable_it_reads_was_written() -> None:
    class Counting(FeelPort):
        evaluated = 0

        def evaluate(self, expression, view):
            self.evaluated += "total" in expression
            return super().evaluate(expression, view)

    host = Host.of_element("catch_conditional")
    host.port = port = Counting()
    host.start({"total": 30})
    began = port.evaluated
    for other in range(5):
        host.do(1, "set_variables", {"other": other})
    assert port.evaluated == began
    host.do(1, "set_variables", {"paid": 1})
    assert port.evaluated == began + 1
    host.do(1, "noticed", ["total"])
    host.do(1, "set_variables", {"other": 0})
    assert port.evaluated == began + 2


def test_a_boundary_condition_sees_what_its_activity_sees() -> None:
    inside = start("i") + user("a") + user("iw", mapping(outputs={"local": "=n"})) + flows("i a;i iw")
    watched = sub("sp", mapping({"local": "=0"}) + inside)
    body = start() + watched + boundary("b", "sp", condition("=local &gt; 3")) + user("r") + flows("s sp;b r")
    host = Host.of(file(body))
    host.start()
    host.complete("iw", {"n": 4})
    assert host.open() == ["r"]
    assert "local" not in host.variables()


def test_an_event_subprocess_of_a_subprocess_sees_its_local_variables() -> None:
    inside = start("i") + user("a") + flows("i a") + event_sub("es", condition("=local &gt; 3"))
    host = Host.of(file(start() + sub("sp", mapping({"local": "=0"}) + inside) + user("z") + flows("s sp z")))
    host.start()
    host.complete("a", {"other": 1})
    assert host.open() == ["z"]
    host.start({"n": 1})
    kernel = host.kernel(2)
    scope = next(token.id for token in kernel.tasks.values() if token.task_spec.element.id == "sp")
    host.do(2, "set_variables", {"local": 4}, scope, local=True)
    assert host.open(2) == ["es_task"]


def test_behind_an_event_based_gateway_the_first_event_wins() -> None:
    catch = node("intermediateCatchEvent", "c", MUCH) + node("receiveTask", "m", messageRef="keyed")
    body = start() + user("w") + node("eventBasedGateway", "g") + catch + user("a") + user("b")
    host = Host.of(file(body + flows("s g c a;g m b;s w")))
    host.start({"order": 1})
    host.complete("w", {"amount": 101})
    assert host.open() == ["a"]
    assert not host.publish("keyed", "1")
    host.start({"order": 1, "amount": 200})
    assert host.open(2) == ["a", "w"]


def test_names_that_do_not_exist_and_errors_are_not_true() -> None:
    host = Host.of(file(WATCHED + boundary("b", "a", MUCH) + user("r") + flows("b r")))
    host.port.broken.add("=amount > 100")
    host.start({"amount": 500})
    assert (host.open(), host.incidents()) == (["a", "w"], [])
    host.port.broken.clear()
    host.do(1, "set_variables", {"amount": "much"})
    assert host.open() == ["a", "w"]
    host.do(1, "set_variables", {"amount": 101})
    assert host.open() == ["r", "w"]


def test_the_result_of_a_job_is_noticed() -> None:
    host = Host.of(file(start() + job("j") + user("a") + boundary("b", "a", MUCH) + user("r") + flows("s j;s a;b r")))
    host.start()
    host.complete("j", {"amount": 300})
    assert host.open() == ["r"]


def test_a_case_that_had_to_stop_in_the_middle_looks_again_when_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    # A command that takes too many steps stops before it comes to conditions; the name must not be forgotten.
    loop = node("exclusiveGateway", "m") + script("c", "amount", "=500") + flows("s m c") + flow("c", "m")
    host = Host.of(file(WATCHED + boundary("b", "a", MUCH) + user("r") + flows("b r") + loop))
    monkeypatch.setattr(Kernel, "step_limit", 50)
    host.start()
    assert [code for _, code in host.incidents()] == ["kernel.too_many_steps"]
    assert "a" in host.open()
    host.do(1, "set_variables", {"other": 1})
    assert host.open() == ["r", "w"]


def test_an_interrupted_condition_does_not_happen_any_more() -> None:
    both = event_sub("es", MUCH) + event_sub("es2", MUCH)
    host = Host.of(file(start() + user("a") + end() + flows("s a e") + both))
    host.start()
    host.do(1, "set_variables", {"amount": 101})
    assert host.open() == ["es_task"]

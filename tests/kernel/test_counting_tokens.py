"""Where tokens are counted: the complex gateway, and activities that need or send several tokens."""

import pytest

from tests.kernel.draw import boundary, condition, end, file, flow, flows, node, start, timer, user
from tests.kernel.host import Host

ANY = "<activationCondition>=activationCount &gt;= 1</activationCondition>"


def test_complex_gateway_goes_on_at_its_number_and_swallows_what_comes_late() -> None:
    host = Host.of_element("complex_gateway")
    host.start()
    host.complete("a")
    assert host.open() == ["b", "c"]
    host.complete("c")
    assert host.open() == ["b", "z"]
    host.complete("b")
    assert host.open() == ["z"]
    host.complete("z")
    assert host.open() == ["completed"]


@pytest.mark.parametrize(("x", "y", "tasks"), [(True, True, ["a", "b"]), (False, True, ["b"]), (False, False, ["c"])])
def test_complex_gateway_split(x: bool, y: bool, tasks: list[str]) -> None:
    host = Host.of_element("complex_gateway_split")
    host.start({"x": x, "y": y})
    assert host.open() == tasks


def test_a_complex_gateway_in_a_loop_begins_anew_each_time() -> None:
    loop = node("exclusiveGateway", "m") + node("parallelGateway", "f") + node("complexGateway", "j", ANY)
    again = node("exclusiveGateway", "x", default="x_e") + flow("x", "m", "=again") + flow("x", "e", name="x_e")
    host = Host.of(file(start() + loop + again + user("a") + user("b") + end() + flows("s m f a j x;f b j")))
    host.start({"again": True})
    for _ in range(3):
        host.complete("a")
        # The next round runs already; the late token of this one is swallowed and not counted for the next.
        assert host.open() == ["a", "b", "b"]
        host.complete("b")
        assert host.open() == ["a", "b"]
    host.complete("b", {"again": False})
    assert host.open() == ["a"]
    host.complete("a")
    assert host.open() == ["completed"]


def test_a_complex_gateway_begins_anew_when_nothing_can_come_any_more() -> None:
    inside = user("a") + user("b") + boundary("t", "b", timer("PT5M")) + user("late")
    body = start() + node("parallelGateway", "f") + node("complexGateway", "j", ANY) + user("z") + end() + inside
    host = Host.of(file(body + flows("s f a j z e;f b j;t late e")))
    host.start()
    host.complete("a")
    assert [held.element_id for held in host.kernel().held()] == ["j"]
    host.wait(minutes=6)
    assert host.kernel().held() == []
    host.complete("z")
    host.complete("late")
    assert host.open() == ["completed"]


def test_a_failing_activation_condition_is_an_incident_of_the_gateway_and_loses_no_token() -> None:
    gateway = node("complexGateway", "j", "<activationCondition>=activationCount &gt;= wanted</activationCondition>")
    body = start() + node("parallelGateway", "f") + user("a") + user("b") + gateway + user("z")
    host = Host.of(file(body + flows("s f a j z;f b j")))
    host.start()
    host.complete("a", {"mine": 1})
    assert host.incidents() == [("j", "kernel.not_a_boolean")]
    host.complete("b")
    host.do(1, "set_variables", {"wanted": 2})
    host.do(1, "retry", host.kernel().incidents()[0].token)
    assert (host.open(), host.incidents()) == (["z"], [])


def test_begin_quantity() -> None:
    host = Host.of_element("begin_quantity")
    host.start()
    host.complete("a")
    assert host.open() == ["b"]
    assert [(held.element_id, held.tokens) for held in host.kernel().held()] == [("z", 1)]
    host.complete("b")
    assert host.open() == ["z"]
    host.complete("z")
    assert host.open() == ["completed"]


def test_completion_quantity() -> None:
    host = Host.of_element("completion_quantity")
    host.start()
    host.complete("a")
    assert host.open() == ["z", "z", "z"]


def test_a_condition_that_comes_true_late_does_not_disturb_a_join() -> None:
    watched = user("a") + boundary("b", "a", condition("=late"), False) + user("r")
    body = start() + node("inclusiveGateway", "f") + watched + user("c") + node("inclusiveGateway", "j") + user("z")
    host = Host.of(file(body + flows("s f a j z;f c j;b r")))
    host.start()
    host.complete("c", {"late": True})
    assert host.open() == ["a", "r"]
    host.complete("a")
    assert host.open() == ["r", "z"]

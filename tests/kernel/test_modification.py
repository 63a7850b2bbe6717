"""Tokens put and taken by hand."""

import pytest

from app.kernel import Placement, TimerWait
from app.kernel.errors import CommandRefused, NoBeginning, SeveralScopes, TokenGone, UnknownElement, WrongScope
from tests.kernel import draw
from tests.kernel.draw import (
    boundary,
    call,
    event_sub,
    file,
    flow,
    flows,
    heard,
    listener,
    mapping,
    node,
    process,
    several,
    start,
    sub,
    timer,
    undone,
    user,
)
from tests.kernel.host import Host

INSIDE = start("i") + user("iu") + user("iv") + flows("i iu iv")
NESTED = start() + user("a") + boundary("b", "a", timer("PT5M")) + sub("sp", INSIDE) + user("z") + flows("s a sp z;b z")


def begun(body: str, **variables: object) -> Host:
    host = Host.of(file(body))
    host.start(variables)
    return host


def modify(host: Host, cancel: list[int], *place: Placement) -> None:
    host.do(1, "modify", cancel, place)


def test_a_token_is_moved_with_what_hangs_on_it() -> None:
    host = begun(NESTED)
    modify(host, [host.token("a")], Placement("z"))
    assert (host.open(), len(host.kernel().tasks)) == (["z"], 2)


def test_a_step_begins_with_variables_of_its_own() -> None:
    host = begun(NESTED, x=1)
    modify(host, [], Placement("z", variables={"x": 5, "#hidden": 1}))
    assert host.kernel().view(host.kernel().token(host.token("z")))["x"] == 5
    assert host.variables() == {"x": 1}


def test_a_sub_process_that_is_not_open_is_opened_for_the_step_inside() -> None:
    inside = mapping({"local": "=x + 1"}) + INSIDE + event_sub("es", draw.MESSAGE, interrupting=False)
    beside = boundary("bt", "sp", timer("PT1H")) + user("late") + flows("bt late")
    host = begun(start() + user("a") + sub("sp", inside) + beside + user("z") + flows("s a sp z"), x=1)
    modify(host, [host.token("a")], Placement("iv"), Placement("iu"))
    assert host.open() == ["iu", "iv"]
    assert host.kernel().view(host.kernel().token(host.token("iv")))["local"] == 2
    assert [wait.element_id for wait in host.kernel().waits() if isinstance(wait, TimerWait)] == ["bt"]
    assert host.publish("msg")
    for element in ("es_task", "iu", "iv", "iv"):
        host.complete(element)
    assert host.open() == ["z"]


def test_sub_processes_in_each_other_are_opened_and_wait_for_their_listeners() -> None:
    inner = heard(listener("start", "check")) + INSIDE
    host = begun(start() + user("a") + sub("outer", start("o") + sub("sp", inner) + flows("o sp")) + flows("s a outer"))
    modify(host, [host.token("a")], Placement("iv", variables={"why": "by hand"}))
    (wait,) = host.kernel().waits()
    assert (wait.element_id, wait.type) == ("sp", "check")
    host.do(1, "answer", wait.token, {})
    assert host.open() == ["iv"]
    assert host.kernel().view(host.kernel().token(host.token("iv")))["why"] == "by hand"


def test_an_expression_that_fails_when_a_scope_is_opened_is_an_incident_that_can_be_put_right() -> None:
    host = begun(start() + user("a") + sub("sp", mapping({"l": "=broken"}) + INSIDE) + flows("s a sp"))
    host.port.broken = {"=broken"}
    modify(host, [host.token("a")], Placement("iv"))
    assert host.incidents() == [("sp", "kernel.expression_failed")]
    host.port.broken.clear()
    host.do(1, "retry", host.token("sp"))
    assert host.open() == ["iv"]


def test_an_open_scope_is_chosen_where_there_are_several() -> None:
    host = begun(start() + sub("sp", several("=[1,2]", "n") + INSIDE) + user("z") + flows("s sp z"))
    with pytest.raises(SeveralScopes):
        modify(host, [], Placement("iv"))
    rounds = [token.id for token in host.kernel().tasks.values() if token.is_round]
    modify(host, [], Placement("iv", scope=rounds[1]))
    assert host.open() == ["iu", "iu", "iv"]
    assert host.kernel().view(host.kernel().token(host.token("iv")))["n"] == 2


def test_a_scope_that_goes_in_the_same_moment_is_opened_anew() -> None:
    host = begun(start() + sub("sp", INSIDE) + user("z") + flows("s sp z"))
    old = host.token("sp")
    modify(host, [old], Placement("iv"))
    assert host.open() == ["iv"]
    assert host.token("sp") != old


def test_a_flow_leads_into_a_join_and_is_counted_there() -> None:
    body = start() + node("parallelGateway", "g") + user("a") + user("b") + node("parallelGateway", "j") + user("z")
    host = begun(body + flow("s", "g") + flow("g", "a") + flow("g", "b") + flow("a", "j", name="aj") + flows("b j z"))
    modify(host, [host.token("a")], Placement("aj"))
    assert host.open() == ["b"]
    host.complete("b")
    assert host.open() == ["z"]


def test_a_join_that_waits_is_taken_with_all_it_holds() -> None:
    body = start() + node("parallelGateway", "g") + user("a") + user("b") + node("parallelGateway", "j") + user("z")
    host = begun(body + flows("s g a j z;g b j"))
    host.complete("a")
    modify(host, [host.token("j")])
    host.complete("b")
    assert host.kernel().held()[0].tokens == 1
    modify(host, [host.token("j")], Placement("z"))
    assert host.open() == ["z"]


def test_a_called_instance_goes_with_its_token() -> None:
    called = process(start("qs") + user("u") + flows("qs u"), "q")
    host = Host.of(file(process(start() + call("c", "q") + user("z") + flows("s c z")), called))
    host.start(process="p")
    modify(host, [host.token("c")], Placement("z"))
    assert (host.open(), host.open(2)) == (["z"], ["cancelled"])


REFUSED = NESTED + event_sub("es", draw.MESSAGE) + undone("z", user("z_undo")) + sub("lp", several("=[1]", "n") + start("li")
    + user("lu") + flows("li lu"))  # fmt: skip


@pytest.mark.parametrize(
    ("placement", "error"),
    [
        (Placement("nowhere"), UnknownElement),
        (Placement("p"), UnknownElement),
        (Placement("b"), NoBeginning),
        (Placement("es"), NoBeginning),
        (Placement("z_undo"), NoBeginning),
        (Placement("lu"), NoBeginning),
        (Placement("z", scope=99), TokenGone),
        (Placement("z", scope=4), WrongScope),
    ],
)
def test_what_cannot_be_begun_by_hand_is_refused_and_nothing_has_changed(
    placement: Placement, error: type[CommandRefused]
) -> None:
    host = begun(REFUSED)
    before = host.kernel().dump()
    with pytest.raises(error):
        host.kernel().modify([host.token("a")], [Placement("z"), placement])
    assert host.kernel().dump() == before


@pytest.mark.parametrize("number", [1, 99])
def test_neither_the_process_nor_what_is_gone_can_be_taken(number: int) -> None:
    with pytest.raises(TokenGone):
        begun(NESTED).kernel().modify([number])


def test_what_only_listens_is_no_token() -> None:
    host = begun(NESTED)
    (listens,) = (token.id for token in host.kernel().tasks.values() if token.is_listener)
    with pytest.raises(TokenGone):
        host.kernel().modify([listens])


def test_an_element_of_an_event_sub_process_begins_without_its_event() -> None:
    host = begun(NESTED + event_sub("es", draw.MESSAGE))
    modify(host, [], Placement("es_task"))
    assert host.open() == ["a", "es_task"]
    host.complete("es_task")
    assert host.open() == ["a"]


def test_removing_the_last_token_by_hand_ends_its_scope() -> None:
    inside = start("i") + user("iu") + flows("i iu")
    host = Host.of(file(start() + sub("sp", inside) + user("z") + flows("s sp z")))
    host.start()
    host.do(1, "modify", [host.token("iu")])
    assert host.open() == ["z"]


def test_removing_a_round_by_hand_goes_on_with_the_next() -> None:
    for sequential, left in ((True, ["a"]), (False, ["a", "a"])):
        host = Host.of(
            file(start() + user("a", several("=l", "i", sequential=sequential)) + user("z") + flows("s a z"))
        )
        host.start({"l": [1, 2, 3]})
        host.do(1, "modify", [host.token("a")])
        assert host.open() == left

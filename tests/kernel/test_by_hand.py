"""A drawing that leaves things open runs all the same when its process says that people do the rest."""

import pytest

from app.kernel import MessageWait, parse
from tests.kernel.draw import (
    HEAD,
    KEYED,
    boundary,
    call,
    end,
    extension,
    file,
    flow,
    flows,
    node,
    process,
    start,
    sub,
    user,
)
from tests.kernel.host import Host
from tests.kernel.test_lint import speaks

BY_PEOPLE = extension('<zeebe:properties><zeebe:property name="open_points" value="people"/></zeebe:properties>')
OPEN_MESSAGE, OPEN_TIMER, OPEN_SIGNAL = (
    "<messageEventDefinition/>",
    "<timerEventDefinition/>",
    "<signalEventDefinition/>",
)
LANES = '<laneSet><lane id="Lane_clerk"><flowNodeRef>a</flowNodeRef></lane></laneSet>'


def by_people(body: str) -> bytes:
    return file(process(BY_PEOPLE + body))


def warnings(xml: bytes) -> list[tuple[str, str | None]]:
    parsed = parse(xml)
    assert all(speaks(finding) for finding in parsed.findings)
    assert parsed.errors == ()
    return [(finding.code.removeprefix("kernel."), finding.element_id) for finding in parsed.findings]


def without_asking(xml: bytes) -> bytes:
    return xml.replace(b'value="people"', b'value="nobody"')


@pytest.mark.parametrize(
    "task",
    [
        node("task", "a"),
        node("serviceTask", "a"),
        node("sendTask", "a"),
        node("scriptTask", "a"),
        node("businessRuleTask", "a"),
        node("serviceTask", "a", extension('<zeebe:taskDefinition type=""/>')),
        call("a", ""),
        sub("a", ""),
        node("receiveTask", "a"),
        node("intermediateCatchEvent", "a", OPEN_TIMER),
        node("intermediateCatchEvent", "a", OPEN_MESSAGE),
        node("intermediateCatchEvent", "a", OPEN_SIGNAL),
        node("intermediateCatchEvent", "a", "<conditionalEventDefinition/>"),
    ],
)
def test_what_says_nothing_about_how_or_when_is_done_by_a_person(task: str) -> None:
    host = Host.of(by_people(LANES + start() + task + end() + flows("s a e")))
    host.start()
    assert host.open() == ["a"]
    (wait,) = host.kernel().waits()
    assert wait.candidate_groups == ("clerk",)  # type: ignore[union-attr]
    host.complete("a")
    assert host.open() == ["completed"]


@pytest.mark.parametrize(
    "task", [node("serviceTask", "a"), node("sendTask", "a"), call("a", ""), node("receiveTask", "a")]
)
def test_nobody_steps_in_unasked(task: str) -> None:
    assert parse(without_asking(by_people(start() + task + flows("s a")))).errors


def test_a_gateway_without_conditions_asks_which_way_to_go() -> None:
    body = (
        start()
        + node("exclusiveGateway", "a", default="yes")
        + user("b")
        + user("c")
        + flow("s", "a")
        + flow("a", "b", name="yes")
        + flow("a", "c", name="no")
    )
    xml = by_people(body)
    assert warnings(xml) == [("chosen_by_hand", "a")]
    for way, task in (("yes", "b"), ("no", "c")):
        host = Host.of(xml)
        host.start()
        assert host.open() == ["a"]
        host.complete("a", {"chosen_way": way})
        assert host.open() == [task]


def test_the_only_flow_without_a_condition_is_taken_when_no_other_holds() -> None:
    body = (
        start()
        + node("exclusiveGateway", "x")
        + user("a")
        + user("b")
        + flow("s", "x")
        + flow("x", "a", "=big")
        + flow("x", "b", name="rest")
    )
    assert warnings(by_people(body)) == [("taken_otherwise", "rest")]
    host = Host.of(by_people(body))
    host.start({"big": False})
    assert host.open() == ["b"]


def test_a_gateway_with_more_than_one_forgotten_condition_is_refused() -> None:
    body = (
        start()
        + node("exclusiveGateway", "x")
        + user("a")
        + user("b")
        + user("c")
        + flow("s", "x")
        + flow("x", "a", "=big")
        + flows("x b;x c")
    )
    assert {finding.code for finding in parse(by_people(body)).errors} == {"kernel.flow_without_condition"}


@pytest.mark.parametrize("trigger", [OPEN_MESSAGE, OPEN_TIMER, OPEN_SIGNAL])
def test_what_may_happen_meanwhile_is_recorded_by_the_lane_of_the_task(trigger: str) -> None:
    host = Host.of(by_people(LANES + start() + user("a") + boundary("b", "a", trigger) + user("c") + flows("s a;b c")))
    host.start()
    (wait,) = [one for one in host.kernel().waits() if isinstance(one, MessageWait)]
    assert host.kernel().model.elements["b"].properties["record"] == "clerk"
    assert host.publish("b") is False
    host.fire("b")
    assert (wait.element_id, host.open()) == ("b", ["c"])


def test_events_behind_a_gateway_stay_events_and_anybody_records_them() -> None:
    events = node("intermediateCatchEvent", "b", OPEN_TIMER) + node("intermediateCatchEvent", "c", OPEN_MESSAGE)
    host = Host.of(by_people(start() + node("eventBasedGateway", "x") + events + user("d") + flows("s x b d;x c")))
    host.start()
    assert {host.kernel().model.elements[one].properties["record"] for one in ("b", "c")} == {"*"}
    host.fire("b")
    assert host.open() == ["d"]


def test_a_start_without_a_trigger_is_started_by_people_and_a_second_one_by_a_message() -> None:
    xml = by_people(start("s", OPEN_TIMER) + start("t", OPEN_SIGNAL) + user("a") + flows("s a;t a"))
    assert sorted(warnings(xml)) == [("named_by_element", "t"), ("started_by_hand", "s")]
    host = Host.of(xml)
    host.start()
    assert host.open() == ["a"]
    assert [trigger.name for trigger in host.models["p"].elements["t"].triggers] == ["t"]


def test_what_is_thrown_without_a_name_is_called_like_its_event() -> None:
    thrown = (
        node("intermediateThrowEvent", "t", OPEN_MESSAGE)
        .replace("<intermediate", "<intermediate")
        .replace('id="t"', 'id="t" name="Goods  sent"')
    )
    host = Host.of(by_people(start() + thrown + end("e", OPEN_SIGNAL) + flows("s t e")))
    host.start()
    assert ([message.name for message in host.published], [signal.name for signal in host.signals]) == (
        ["Goods sent"],
        ["e"],
    )


def test_an_error_without_a_code_reaches_whoever_catches_all() -> None:
    inside = start("is") + end("ie", "<errorEventDefinition/>") + flows("is ie")
    host = Host.of(
        by_people(
            start() + sub("sp", inside) + boundary("b", "sp", "<errorEventDefinition/>") + user("a") + flows("s sp;b a")
        )
    )
    host.start()
    assert host.open() == ["a"]


def test_a_loop_over_nothing_is_one_task() -> None:
    for loop in ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics"):
        xml = by_people(start() + user("a", node(loop, "m")) + flows("s a"))
        assert warnings(xml) == [("once_by_hand", "a")]
        host = Host.of(xml)
        host.start()
        assert host.open() == ["a"]


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("foreign_script", start() + node("scriptTask", "a", "<script>import os</script>") + flows("s a")),
        ("message_missing", start() + node("receiveTask", "a", messageRef="ghost") + flows("s a")),
        ("timer_not_understood", start() + node("intermediateCatchEvent", "a", "<timerEventDefinition><timeDuration>soon</timeDuration></timerEventDefinition>") + flows("s a")),
        ("foreign_expression", start() + node("exclusiveGateway", "x", default="d") + user("a") + user("b") + flow("s", "x") + flow("x", "a", "${yes}") + flow("x", "b", name="d")),
        ("nothing_to_start_at", user("a") + user("b") + flows("a b;b a")),
    ],
)  # fmt: skip
def test_what_is_written_and_not_understood_stays_refused(code: str, body: str) -> None:
    assert [finding.code for finding in parse(by_people(body)).errors] == [f"kernel.{code}"]


def test_what_is_complete_is_left_alone() -> None:
    body = start() + user("a") + node("intermediateCatchEvent", "c", KEYED) + end() + flows("s a c e")
    assert warnings(by_people(body)) == []


def test_shared_names_are_only_read_where_they_stand() -> None:
    """A message without a name is as open as none at all."""
    top = HEAD + '<message id="nameless"/>'
    body = start() + node("receiveTask", "a", messageRef="nameless") + flows("s a")
    assert warnings(by_people(body).replace(HEAD.encode(), top.encode())) == [("told_by_hand", "a")]

"""Messages and signals: buffered, unique, starting processes, never lost."""

import pytest
import sqlalchemy as sa

from app import engine
from app.db import db
from app.engine import messages
from app.engine.models import Incident, Message, MessageSubscription, ProcessInstance
from app.errors import Conflict, NotFound
from tests.conftest import both_databases
from tests.engine.conftest import ADMIN, ANNA, open_tasks
from tests.engine.diagrams import END, START, bpmn, catch_message, chain, flow, message, user
from tests.kernel.host import ELEMENTS

pytestmark = both_databases

WAITS = bpmn(
    "waits",
    chain(START, catch_message("wait", "answer"), user("after"), END),
    outside=message("answer", "=order"),
)
STARTED = bpmn(
    "called_in",
    chain(
        '<startEvent id="begin"><messageEventDefinition messageRef="m_msg_start_called_in"/></startEvent>',
        user("hello"),
        END,
    ),
    outside=message("msg_start_called_in"),
)
THROWS = bpmn(
    "throws",
    chain(
        START,
        '<intermediateThrowEvent id="throw"><extensionElements><zeebe:ioMapping>'
        '<zeebe:input source="=case_no" target="case_no"/></zeebe:ioMapping></extensionElements>'
        '<messageEventDefinition messageRef="m_msg_start_called_in"/></intermediateThrowEvent>',
        END,
    ),
    outside=message("msg_start_called_in"),
)


def test_the_sweep_finds_a_missed_message_behind_any_number_of_others(app, deploy, clock, monkeypatch):
    """A page full of messages that waiting processes had had already hid those behind it for ever."""
    monkeypatch.setattr(messages, "SWEEP", 3)
    deploy(("waits.bpmn", WAITS))
    for number in range(5):
        engine.publish_message(ANNA, "answer", f"o-{number}", {}, ttl=600)
        for _ in range(2):
            engine.start_instance(ANNA, "waits", {"order": f"o-{number}"})
    late = engine.start_instance(ANNA, "waits", {"order": "late"}).key
    engine.publish_message(ANNA, "answer", "elsewhere", {}, ttl=600)
    db.session.execute(sa.update(Message).where(Message.correlation_key == "elsewhere").values(correlation_key="late"))
    db.session.commit()
    assert messages.deliver_missed() == 1
    assert list(open_tasks(late)) == ["after"]


def test_a_message_wakes_the_instance_that_waits_with_its_key(deploy):
    deploy(("waits.bpmn", WAITS))
    one = engine.start_instance(ANNA, "waits", {"order": "o-1"}).key
    other = engine.start_instance(ANNA, "waits", {"order": "o-2"}).key
    done = engine.publish_message(ANNA, "answer", "o-2", {"yes": True}, ttl=0)
    assert done.woken == (other,)
    assert (list(open_tasks(one)), list(open_tasks(other))) == ([], ["after"])
    left = db.session.execute(sa.select(MessageSubscription.instance_key)).scalars().all()
    assert left == [one]


def test_a_message_that_comes_early_waits_for_its_receiver_until_its_time_is_over(deploy, clock, app):
    deploy(("waits.bpmn", WAITS))
    assert engine.publish_message(ANNA, "answer", "o-1", {}, ttl=60).buffered
    early = engine.start_instance(ANNA, "waits", {"order": "o-1"}).key
    assert list(open_tasks(early)) == ["after"]
    engine.publish_message(ANNA, "answer", "o-9", {}, ttl=60)
    clock.advance(seconds=61)
    late = engine.start_instance(ANNA, "waits", {"order": "o-9"}).key
    assert list(open_tasks(late)) == []
    engine.run_due(app)
    db.session.rollback()
    assert db.session.execute(sa.select(sa.func.count(Message.key))).scalar() == 0


def test_a_buffered_message_is_taken_once(deploy):
    deploy(("waits.bpmn", WAITS))
    engine.publish_message(ANNA, "answer", "o-1", {}, ttl=60)
    engine.start_instance(ANNA, "waits", {"order": "o-1"})
    again = engine.start_instance(ANNA, "waits", {"order": "o-1"}).key
    assert list(open_tasks(again)) == []


def test_a_living_message_id_cannot_be_published_twice(deploy, clock):
    deploy(("waits.bpmn", WAITS))
    engine.publish_message(ANNA, "answer", "o-1", {}, ttl=60, message_id="m1")
    with pytest.raises(Conflict, match="published_already"):
        engine.publish_message(ANNA, "answer", "o-1", {}, ttl=60, message_id="m1")
    engine.publish_message(ANNA, "answer", "o-2", {}, ttl=60, message_id="m1")
    clock.advance(seconds=61)
    engine.publish_message(ANNA, "answer", "o-1", {}, ttl=60, message_id="m1")


def test_correlating_needs_somebody_who_waits(deploy):
    deploy(("waits.bpmn", WAITS))
    with pytest.raises(NotFound):
        engine.correlate_message(ANNA, "answer", "o-1")
    assert db.session.execute(sa.select(Message.key)).all() == []


def test_a_message_starts_the_newest_version_with_its_variables(deploy):
    deploy(("called_in.bpmn", STARTED))
    deploy(("called_in.bpmn", STARTED.replace(b'name="hello"', b'name="hello again"')))
    done = engine.publish_message(ANNA, "msg_start_called_in", "", {"case_no": "C1"})
    db.session.rollback()
    instance = db.session.get(ProcessInstance, done.started[0])
    assert (instance.process_version, open_tasks()["hello"].names["zh"]) == (2, "hello again")


def test_either_message_behind_a_gateway_without_a_way_to_it_starts_an_instance(deploy):
    deploy(("gate.bpmn", (ELEMENTS / "event_based_gateway_instantiate.bpmn").read_bytes()))
    started = {name: engine.publish_message(ANNA, name, "k").started for name in ("written", "keyed")}
    assert [len(keys) for keys in started.values()] == [1, 1]
    assert [list(open_tasks(*keys)) for keys in started.values()] == [["b"], ["a"]]


def test_a_thrown_message_starts_a_process_in_the_same_transaction(deploy):
    deploy(("called_in.bpmn", STARTED), ("throws.bpmn", THROWS))
    engine.start_instance(ANNA, "throws", {"case_no": "C1"})
    assert list(open_tasks()) == ["hello"]


def test_a_start_message_without_process_becomes_an_incident_and_can_be_delivered_later(deploy):
    deploy(("throws.bpmn", THROWS))
    assert engine.start_instance(ANNA, "throws", {"case_no": "C1"}).ended is True
    db.session.rollback()
    incident = db.session.execute(sa.select(Incident)).scalar_one()
    assert (incident.code, incident.process_id) == ("engine.nothing_to_start", "called_in")
    assert incident.params["message"] == "msg_start_called_in"
    with pytest.raises(Conflict):
        engine.resolve_incident(ADMIN, incident.key)
    deploy(("called_in.bpmn", STARTED))
    engine.resolve_incident(ADMIN, incident.key, "deployed it")
    assert list(open_tasks()) == ["hello"]
    db.session.refresh(incident)
    assert incident.resolved_by == "admin"


def test_a_signal_reaches_every_instance_and_start(deploy):
    signal = '<signal id="s1" name="closing"/>'
    waiting = bpmn(
        "waiting",
        chain(
            START,
            '<intermediateCatchEvent id="hear"><signalEventDefinition signalRef="s1"/></intermediateCatchEvent>',
            user("heard"),
            END,
        ),
        outside=signal,
    )
    throwing = bpmn(
        "throwing",
        chain(
            START,
            '<intermediateThrowEvent id="say"><signalEventDefinition signalRef="s1"/></intermediateThrowEvent>',
            END,
        ),
        outside=signal,
    )
    deploy(("waiting.bpmn", waiting), ("throwing.bpmn", throwing))
    first = engine.start_instance(ANNA, "waiting").key
    second = engine.start_instance(ANNA, "waiting").key
    engine.start_instance(ANNA, "throwing")
    assert list(open_tasks(first)) == list(open_tasks(second)) == ["heard"]
    third = engine.start_instance(ANNA, "waiting").key
    assert engine.broadcast_signal(ANNA, "closing") == (third,)


def test_two_instances_can_talk_to_each_other_within_one_command(deploy):
    asks = bpmn(
        "asks",
        chain(
            START,
            '<sendTask id="ask" messageRef="m_msg_start_answers"/>',
            catch_message("wait", "reply"),
            user("done"),
            END,
        ),
        outside=message("msg_start_answers") + message("reply", "=&quot;k&quot;"),
    )
    answers = bpmn(
        "answers",
        '<startEvent id="begin"><messageEventDefinition messageRef="m_msg_start_answers"/></startEvent>'
        '<sendTask id="answer" messageRef="m_reply"/>' + END + flow("begin", "answer") + flow("answer", "end"),
        outside=message("msg_start_answers") + message("reply", "=&quot;k&quot;"),
    )
    deploy(("asks.bpmn", asks), ("answers.bpmn", answers))
    key = engine.start_instance(ANNA, "asks").key
    assert list(open_tasks(key)) == ["done"]

"""Scenarios: a trial is recorded, run again with every draft, given away as a file, and guards what is published."""

import typing as t

import pytest
import sqlalchemy as sa

from app.db import db
from app.engine import File
from app.errors import Conflict, FirstlineError, Forbidden, Invalid, NotFound
from app.people.audit import AuditEntry
from app.scenarios import parse_scenario, replaying
from app.studio import saving, scenarios, trial_view, trials, versions
from tests.company import Company
from tests.conftest import both_databases
from tests.engine.diagrams import END, START, bpmn, call, catch_message, catch_timer, chain, message, service, user
from tests.studio.conftest import Enter, upload

pytestmark = pytest.mark.usefixtures("ground")

ASK = user("ask", groups="repair_receptionist")
TRIED = bpmn(
    "tried",
    chain(
        START, ASK, service("fetch", "outside-rates"), catch_timer("rest", "PT2H"), catch_message("wait", "told"), END
    ),
    outside=message("told", "=no"),
)
BEGUN = {"start": "tried", "by": "repair_receptionist", "with": {"no": "7"}}
ASKED = {"do": "ask", "by": "repair_receptionist"}
WORKED = {"work": "fetch", "with": {"rate": 3}}
TOLD = {"publish": "told", "key": "7", "with": {"answer": "yes"}}
OTHERWISE = bpmn("tried", chain(START, ASK, user("check", groups="repair_receptionist"), END))


def begun(company: Company, source: bytes = TRIED) -> int:
    return trials.begin(company.person("owner"), source)


def do(company: Company, key: int, *acts: t.Mapping[str, t.Any]) -> None:
    owner = company.person("owner")
    for act in acts:
        trials.act(owner, key, act, seen=trials.find(owner, key).revision)


def shown(company: Company, key: int) -> trial_view.View:
    trial = trials.find(company.person("owner"), key)
    with trials.standing(trial, trials.steps_of(trial)) as standing:
        return trial_view.view(standing, trial.process_id, None)


def able(company: Company, key: int) -> list[tuple[str, str]]:
    return [(one.kind, one.element) for one in shown(company, key).chances]


def played_through(company: Company) -> int:
    key = begun(company)
    do(company, key, BEGUN, ASKED, WORKED, {"wait": "PT2H"}, TOLD)
    return key


def recorded(company: Company) -> str:
    names = {"zh": "问过并得到答复", "en": "Asked and told"}
    return scenarios.record(company.person("owner"), played_through(company), names)


def test_work_outside_clocks_and_messages_are_offered_as_they_come(company: Company) -> None:
    key = begun(company)
    do(company, key, BEGUN, ASKED)
    assert able(company, key) == [("work", "fetch")]
    do(company, key, WORKED)
    (alarm,) = shown(company, key).chances
    assert (alarm.kind, alarm.due, alarm.until) == ("timer", "2024-06-03 11:30", "2024-06-03T11:30:00")
    do(company, key, {"until": alarm.until})
    (wait,) = shown(company, key).chances
    assert (wait.kind, wait.name, wait.correlation) == ("message", "told", "7")
    do(company, key, TOLD)
    view = shown(company, key)
    assert view.chances == ()
    assert {one.name: (one.value, one.changed) for one in view.variables} == {
        "no": ('"7"', False),
        "rate": ("3", False),
        "answer": ('"yes"', True),
    }


def test_work_fails_for_good_and_is_tried_again(company: Company) -> None:
    key = begun(company)
    do(company, key, BEGUN, ASKED, {"fail": "fetch"})
    (stuck,) = shown(company, key).chances
    assert stuck.kind == "stuck"
    assert shown(company, key).state["tokens"]["fetch"]["bad"]
    do(company, key, {"retry": "fetch"})
    assert able(company, key) == [("work", "fetch")]


def test_a_service_task_of_ours_fails_when_it_is_told_to_and_only_then(company: Company) -> None:
    source = versions.source(versions.newest(company.person("owner"), "process", "outlet_intake_repair"))
    key = begun(company, source)
    first = shown(company, key).steps[0]["id"]
    start = {"start": "outlet_intake_repair", "by": "repair_receptionist", "with": {"serial_no": "EC900A100"}}
    do(company, key, {"fail": first})
    assert shown(company, key).armed == {first}
    do(company, key, start)
    (stuck,) = (one for one in shown(company, key).chances if one.kind == "stuck")
    assert (stuck.element, shown(company, key).armed) == (first, frozenset())
    do(company, key, {"retry": first})
    assert ("do", "s020_fill_slip") in able(company, key)


def test_called_processes_take_part(company: Company) -> None:
    calling = bpmn("calling", chain(START, call("pay", "payment_collection"), END))
    key = begun(company, calling)
    do(company, key, {"start": "calling", "by": "repair_receptionist"})
    assert [one.process_id for one in shown(company, key).instances] == ["calling", "payment_collection"]


@pytest.mark.parametrize(
    ("act", "code"),
    [
        ({"do": "ask", "by": "nobody_at_all"}, "scenarios.nobody"),
        ({"do": "elsewhere", "by": "repair_receptionist"}, "scenarios.no_open_task"),
        ({"work": "ask"}, "scenarios.no_job"),
        ({"retry": "ask"}, "scenarios.no_incident"),
        ({"wait": "soon"}, "studio.step_refused"),
        ({"wait": "P9000Y"}, "scenarios.beyond_time"),
        ({"until": "1999-01-01T00:00"}, "scenarios.time_goes_back"),
        ({"fly": "away"}, "studio.step_refused"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_has_happened(
    company: Company, act: dict[str, t.Any], code: str
) -> None:
    key = begun(company)
    do(company, key, BEGUN)
    with pytest.raises(FirstlineError) as refused:
        do(company, key, act)
    assert refused.value.code == code
    assert able(company, key) == [("do", "ask")]


def test_a_process_that_goes_in_circles_is_stopped(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replaying, "MOST_ACTS", 20)
    body = chain(START, catch_timer("rest", "PT1S")) + '<sequenceFlow id="again" sourceRef="rest" targetRef="rest"/>'
    key = begun(company, bpmn("circling", body))
    do(company, key, {"start": "circling", "by": "repair_receptionist"})
    with pytest.raises(Conflict, match="goes_in_circles"):
        do(company, key, {"wait": "P30D"})


def test_the_same_steps_are_done_with_a_new_drawing_as_far_as_they_lead(company: Company) -> None:
    owner, key = company.person("owner"), played_through(company)
    assert trials.begin(owner, OTHERWISE) == key
    trial = trials.find(owner, key)
    with trials.standing(trial, trials.steps_of(trial)) as standing:
        assert (standing.done, standing.problem and standing.problem.code) == (2, "scenarios.no_job")


@both_databases
def test_a_trial_is_recorded_with_its_way_and_its_end(company: Company) -> None:
    owner = company.person("owner")
    assert recorded(company) == "R01"
    (kept,) = scenarios.of_process(owner, "tried")
    assert (kept.content["start"], len(kept.content["steps"])) == (
        {"by": "repair_receptionist", "with": {"no": "7"}},
        4,
    )
    assert kept.content["expect"] == {"path": {"tried": ["ask"]}, "end": {"tried": ["end"]}}
    outcome = scenarios.play(owner, [File("bpmn/tried.bpmn", TRIED)], kept)
    assert outcome.passed
    assert {"ask", "fetch", "end"} <= outcome.visited["tried"].elements
    scenarios.forget(owner, "tried", "R01")
    assert scenarios.of_process(owner, "tried") == []


def test_a_recorded_scenario_is_given_away_as_a_file_that_can_be_read_again(company: Company, enter: Enter) -> None:
    recorded(company)
    answer = enter("owner").get("/studio/process/tried/scenarios/R01/file")
    assert answer.headers["Content-Disposition"] == "attachment; filename=r01_asked_and_told.json"
    read = parse_scenario(answer.data, "r01.json")
    assert [step.verb for step in read.steps] == ["start", "do", "work", "wait", "publish"]
    assert len(answer.text.splitlines()) > 8


def test_nothing_is_recorded_without_a_name_or_before_anything_was_done(company: Company) -> None:
    owner, key = company.person("owner"), begun(company)
    with pytest.raises(Conflict, match="nothing_to_record"):
        scenarios.record(owner, key, {"en": "Nothing"})
    do(company, key, BEGUN)
    with pytest.raises(Invalid, match="scenario_name"):
        scenarios.record(owner, key, {"zh": " ", "en": ""})
    with pytest.raises(NotFound):
        scenarios.record(company.person("administrator"), key, {"en": "Theirs"})


def test_a_scenario_of_the_library_is_run_where_somebody_adopts_it(company: Company) -> None:
    owner = company.person("owner")
    first = scenarios.of_process(owner, "payment_collection")[0]
    assert first.recorded_at is None
    assert scenarios.recorded("payment_collection") == []
    kept = scenarios.adopt(owner, "payment_collection", first.id)
    assert [one.id for one in scenarios.recorded("payment_collection")] == [kept]
    with pytest.raises(Forbidden):
        scenarios.adopt(company.person("agent"), "payment_collection", first.id)


def test_a_draft_that_a_scenario_speaks_against_is_published_only_with_a_reason(company: Company) -> None:
    owner = company.person("owner")
    recorded(company)
    saving.save(owner, "process", "tried", TRIED.decode(), base=0, note="First")
    with pytest.raises(Invalid) as refused:
        saving.save(owner, "process", "tried", OTHERWISE.decode(), base=1, note="Otherwise")
    assert refused.value.code == "studio.scenarios_fail"
    (finding,) = refused.value.findings
    assert "R01" in finding["text"]
    assert versions.newest(owner, "process", "tried").number == 1
    reason = "The answer comes by telephone now"
    saving.save(owner, "process", "tried", OTHERWISE.decode(), base=1, note="Otherwise", overrule=reason)
    newest = versions.newest(owner, "process", "tried")
    assert (newest.number, reason in newest.note, "R01" in newest.note) == (2, True, True)
    query = sa.select(AuditEntry).where(AuditEntry.action == "studio:scenarios:overruled")
    assert db.session.scalars(query).one().reason == reason


def test_files_that_scenarios_speak_against_are_uploaded_only_with_a_reason(company: Company, enter: Enter) -> None:
    owner, browser = company.person("owner"), enter("owner")
    recorded(company)
    saving.save(owner, "process", "tried", TRIED.decode(), base=0, note="First")

    file = "tried.bpmn", OTHERWISE
    refused = upload(browser, file)
    assert refused.status_code == 422
    assert "R01" in refused.text
    assert 'name="overrule"' in refused.text
    assert versions.newest(owner, "process", "tried").number == 1
    assert upload(browser, file, overrule="By telephone now").status_code == 200
    assert "By telephone now" in versions.newest(owner, "process", "tried").note

"""Trials: a draft is played step by step in a sandbox, and nothing of it reaches the company."""

import json
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.db import db
from app.engine.models import ProcessInstance, UserTask
from app.errors import Forbidden, Invalid, NotFound
from app.studio import playground, trial_view, trials
from tests.company import ROOT, Company
from tests.conftest import both_databases
from tests.studio.conftest import Enter

pytestmark = pytest.mark.usefixtures("ground")
REPAIR = (ROOT / "bpmn/repair/outlet_intake_repair.bpmn").read_bytes()
START = {
    "start": "outlet_intake_repair",
    "by": "repair_receptionist",
    "with": {"serial_no": "EC900A100", "fault_description": "没有声音", "channel": "counter"},
}
SLIP = {
    "do": "s020_fill_slip",
    "by": "repair_receptionist",
    "with": {
        "outer_condition": "good",
        "wished_return": "counter",
        "data_loss_consent": True,
        "both_signed": True,
        "copy_given": True,
    },
}


def seen(company: Company, key: int) -> int:
    return trials.find(company.person("owner"), key).revision


def do(company: Company, key: int, *acts: dict[str, t.Any]) -> None:
    for act in acts:
        trials.act(company.person("owner"), key, act, seen=seen(company, key))


def shown(company: Company, key: int) -> trial_view.View:
    trial = trials.find(company.person("owner"), key)
    with trials.standing(trial, trials.steps_of(trial)) as standing:
        return trial_view.view(standing, trial.process_id, None)


def tasks(company: Company, key: int) -> list[str]:
    return [one.element for one in shown(company, key).chances if one.kind == "do"]


@both_databases
def test_a_trial_goes_step_by_step_and_back_and_leaves_no_trace(company: Company) -> None:
    owner = company.person("owner")
    key = trials.begin(owner, REPAIR)
    assert shown(company, key).instances == ()
    do(company, key, START)
    assert tasks(company, key) == ["s020_fill_slip"]
    do(company, key, SLIP)
    assert tasks(company, key) == ["s030_judge_misuse"]
    view = shown(company, key)
    assert view.state["marks"]["s020_fill_slip"] == "is-done"
    assert {one.name for one in view.variables if one.changed} >= {"slip", "slip_no"}
    trials.go_to(owner, key, 1, seen=seen(company, key))
    assert tasks(company, key) == ["s020_fill_slip"]
    trials.go_to(owner, key, 2, seen=seen(company, key))
    assert tasks(company, key) == ["s030_judge_misuse"]
    for model in (ProcessInstance, UserTask):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(model)) == 0


def test_the_page_starts_fills_in_jumps_and_steps_back(company: Company, enter: Enter) -> None:
    company.app.config["WTF_CSRF_ENABLED"] = False
    browser = enter("owner", language="en")
    given = {"process": "outlet_intake_repair", "version": "1"}
    page = browser.post("/studio/trials", data=given)
    place = page.location
    assert page.status_code == 303
    assert "Who starts it" in browser.get(place).text
    sent = {"seen": "1", "by": START["by"], "with": json.dumps(START["with"]), "at": "2024-06-04T10:00"}
    assert browser.post(f"{place}/start", data=sent | {"with": "no JSON"}).status_code == 422
    assert browser.post(f"{place}/start", data=sent).status_code == 303
    page = browser.get(place)
    assert "2024-06-04 10:00" in page.text
    answer = browser.post(f"{place}/fill/do/s020_fill_slip?by=repair_receptionist&seen=2", json={"data": SLIP["with"]})
    assert answer.json == {"location": place}
    refused = browser.post(f"{place}/fill/do/s030_judge_misuse?by=stranger&seen=3", json={"data": {}})
    assert (refused.status_code, refused.json["code"]) == (404, "engine.no_such_task")
    stale = browser.post(f"{place}/act/wait", data={"seen": "1", "target": "P1D"})
    assert stale.status_code == 409
    assert "moved on in another tab" in stale.text
    assert browser.post(f"{place}/act/wait", data={"seen": "3", "target": "P1D"}).status_code == 303
    assert "2024-06-05 10:00" in browser.get(place).text
    assert browser.post(f"{place}/position", data={"seen": "4", "position": "1"}).status_code == 303
    assert "2024-06-04 10:00" in browser.get(place).text


def test_a_trial_belongs_to_whoever_began_it_and_needs_the_right(company: Company) -> None:
    owner, agent = company.person("owner"), company.person("agent")
    key = trials.begin(owner, REPAIR)
    assert trials.begin(owner, REPAIR) == key
    with pytest.raises(Forbidden):
        trials.begin(agent, REPAIR)
    with pytest.raises(NotFound):
        trials.find(company.person("administrator"), key)


def test_a_drawing_that_cannot_run_is_answered_with_its_findings(company: Company) -> None:
    broken = REPAIR.replace(b'sourceRef="s020_fill_slip"', b'sourceRef="nowhere"')
    with pytest.raises(Invalid) as refused:
        trials.begin(company.person("owner"), broken)
    assert refused.value.code == "studio.cannot_be_tried"
    assert refused.value.findings


def test_a_trial_that_nobody_goes_on_with_leaves_after_its_days(company: Company) -> None:
    old = trials.begin(company.person("owner"), REPAIR)
    company.clock.advance(days=trials.KEPT.days, hours=-1)
    assert trials.forget_old() == 0
    company.clock.advance(hours=2)
    assert trials.forget_old() == 1
    with pytest.raises(NotFound):
        trials.find(company.person("owner"), old)


def test_folders_of_killed_processes_are_removed_and_those_of_living_ones_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    hold = "from app.studio.playground import _own_folder; own = _own_folder(); print(own[0], flush=True); input()"
    command, pipe = [sys.executable, "-c", hold], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, env={"TMPDIR": str(tmp_path)}, cwd=ROOT) as one:
        assert one.stdout
        folder = Path(one.stdout.readline().decode().strip())
        playground.remove_left_folders()
        assert folder.is_dir()
        one.kill()
    playground.remove_left_folders()
    assert not folder.exists()

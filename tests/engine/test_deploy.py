"""The deploy gate and versions."""

import pytest
import sqlalchemy as sa

from app import engine
from app.db import db
from app.engine.models import Deployment, ProcessDefinition
from app.errors import Conflict, Forbidden, Invalid
from tests.conftest import both_databases
from tests.engine.conftest import ANNA, OWNER
from tests.engine.diagrams import END, START, bpmn, call, chain, script, user

pytestmark = both_databases

ONE = bpmn("one", chain(START, user("step"), END))
TABLE = b"""<?xml version="1.0"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="defs" name="n" namespace="firstline">
<decision id="fee" name="Fee"><decisionTable id="t" hitPolicy="FIRST"><input id="i"><inputExpression id="ie">
<text>amount</text></inputExpression></input><output id="o" name="fee"/>
<rule id="r1"><inputEntry id="a"><text>&lt; 100</text></inputEntry><outputEntry id="b"><text>0</text></outputEntry></rule>
<rule id="r2"><inputEntry id="c"><text>-</text></inputEntry><outputEntry id="d"><text>30</text></outputEntry></rule>
</decisionTable></decision></definitions>"""


def refusal(*files: tuple[str, bytes]) -> list[dict]:
    with pytest.raises(Invalid) as caught:
        engine.deploy(OWNER, [engine.File(name, content) for name, content in files])
    db.session.rollback()
    assert db.session.execute(sa.select(Deployment.key)).all() == []
    return [one for one in caught.value.findings if one["severity"] == "error"]


def test_a_changed_file_makes_a_new_version_and_an_unchanged_one_does_not(deploy):
    first = deploy(("one.bpmn", ONE), ("fee.dmn", TABLE))
    again = deploy(("one.bpmn", ONE), ("fee.dmn", TABLE))
    changed = deploy(("one.bpmn", ONE.replace(b'name="step"', b'name="other"')), ("fee.dmn", TABLE))
    assert [one.version for one in first.definitions] == [1, 1]
    assert not again.changed
    assert again.key == first.key
    assert [(one.id, one.version, one.changed) for one in changed.definitions] == [("one", 2, True), ("fee", 1, False)]
    assert db.session.execute(sa.select(sa.func.count(Deployment.key))).scalar() == 2


def test_one_bad_file_keeps_all_others_out():
    (finding,) = refusal(("one.bpmn", ONE), ("bad.bpmn", bpmn("bad", chain(START, script("s", "=1 +", "x"), END))))
    assert (finding["file"], finding["element_id"]) == ("bad.bpmn", "s")
    assert (finding["params"]["property"], finding["params"]["excerpt"]) == ("script", ["1 +", " ", ""])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.bpmn", b"<broken"),
        ("a.bpmn", b'<!DOCTYPE x [<!ENTITY e "boom">]><definitions/>'),
        ("a.dmn", b"nothing"),
        ("a.form", b"{"),
        ("a.exe", b"MZ"),
    ],
)
def test_what_cannot_be_read_is_a_finding_with_the_name_of_the_file(app, name, content):
    findings = refusal((name, content))
    assert findings
    assert findings[0]["file"] == name


def test_a_dead_reference_is_refused_but_a_missing_called_process_is_only_a_warning(app, deploy):
    (finding,) = refusal(("a.bpmn", bpmn("a", chain(START, user("u", form="nowhere"), END))))
    assert (finding["code"], finding["element_id"], finding["params"]) == (
        "engine.form_missing",
        "u",
        {"id": "nowhere"},
    )
    result = deploy(("b.bpmn", bpmn("b", chain(START, call("c", "later"), END))))
    assert [(one.code, one.severity) for one in result.findings] == [("engine.called_process_missing", "warning")]


def test_the_same_id_in_two_files_is_refused(app):
    (finding,) = refusal(("a.bpmn", ONE), ("b.bpmn", ONE))
    assert (finding["code"], finding["params"]) == ("engine.defined_twice", {"id": "one", "other": "a.bpmn"})


def test_somebody_elses_newer_version_is_a_conflict_naming_them(deploy):
    deploy(("one.bpmn", ONE))
    deploy(("one.bpmn", ONE.replace(b'name="step"', b'name="two"')))
    mine = engine.File("one.bpmn", ONE.replace(b'name="step"', b'name="three"'))
    with pytest.raises(Conflict) as caught:
        engine.deploy(OWNER, [mine], expected={"one": 1})
    assert (caught.value.params["version"], caught.value.params["who"]) == (2, "owner")
    assert engine.deploy(OWNER, [mine], expected={"one": 2}).definitions[0].version == 3


def test_only_process_owners_deploy(app):
    with pytest.raises(Forbidden):
        engine.deploy(ANNA, [engine.File("one.bpmn", ONE)])


def test_names_in_both_languages_are_kept_for_lists_and_demanded_from_our_own_library(deploy):
    with pytest.raises(Invalid) as caught:
        engine.deploy(OWNER, [engine.File("one.bpmn", ONE)], both_languages=True)
    assert {one["code"] for one in caught.value.findings} == {"engine.name_without_english"}
    english = b'<zeebe:properties><zeebe:property name="name:en" value="Step"/></zeebe:properties></extensionElements></userTask>'
    deploy(("one.bpmn", ONE.replace(b"</extensionElements></userTask>", english)))
    stored = db.session.execute(sa.select(ProcessDefinition)).scalar_one()
    assert stored.elements["step"] == {"kind": "userTask", "names": {"zh": "step", "en": "Step"}, "lane": None}


def test_checking_alone_stores_nothing(app):
    checked = engine.lint([engine.File("one.bpmn", ONE)])
    assert checked.errors == ()
    assert db.session.execute(sa.select(ProcessDefinition.key)).all() == []

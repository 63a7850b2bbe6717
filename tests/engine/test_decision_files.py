"""Decision files that import one another: checked together, and decided on with the versions in force."""

import pytest
import sqlalchemy as sa

from app import dmn, engine
from app.db import db
from app.engine.models import DecisionDefinition, DecisionRequirements, ElementInstance
from app.errors import Invalid
from tests.conftest import both_databases
from tests.dmn.files import decision, file_of, imported, knowledge, literal
from tests.engine.conftest import ADMIN, ANNA, OWNER, open_tasks
from tests.engine.diagrams import END, START, bpmn, chain, user

pytestmark = both_databases

RATES = "urn:rates"
RULE = (
    '<businessRuleTask id="rule"><extensionElements>'
    '<zeebe:calledDecision decisionId="price" resultVariable="price"{more}/></extensionElements></businessRuleTask>'
)


def named(data: bytes, identity: str) -> bytes:
    return data.replace(b'id="file"', f'id="{identity}"'.encode())


def rates(factor: str, *more: str, own: str = RATES, identity: str = "rates") -> tuple[str, bytes]:
    """A file that holds a function only: it has no decision to be asked."""
    function = knowledge("gross", [("net", "number")], literal(f"net * {factor}"))
    return f"{identity}.dmn", named(file_of(function, *more, own=own), identity)


def price(*, location: str | None = None, logic: str = "r.gross(amount)") -> tuple[str, bytes]:
    asked = decision("price", literal(logic), knows=[f"{RATES}#gross"])
    return "price.dmn", named(file_of(imported(RATES, "r", location=location), asked, own="urn:price"), "pricing")


def diagram(more: str = "") -> tuple[str, bytes]:
    return "buys.bpmn", bpmn("buys", chain(START, user("before"), RULE.format(more=more), user("after"), END))


def asked(**which: int) -> object:
    return engine.evaluate_decision(ANNA, {"amount": 100}, decision_id="price", **which).value


def findings(*files: tuple[str, bytes]) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        engine.deploy(OWNER, [engine.File(*file) for file in files])
    return [(one["file"], one["code"]) for one in caught.value.findings]


def decided(key: int) -> object:
    engine.complete_task(ANNA, open_tasks(key)["before"].key, {})
    return engine.queries.detail.instance_variables(ADMIN, key)["price"]


def test_files_of_one_deployment_find_one_another_in_any_order(deploy):
    result = deploy(price(), rates("2"))
    assert [(one.kind, one.id) for one in result.definitions] == [("decision", "price")]
    assert [(one.kind, one.id, one.version) for one in result.requirements] == [
        ("requirements", "pricing", 1),
        ("requirements", "rates", 1),
    ]
    assert asked() == 200


def test_a_file_finds_what_was_deployed_before(deploy):
    deploy(rates("2"))
    deploy(price())
    assert asked() == 200


def test_a_changed_import_is_followed_by_the_next_case_and_not_by_a_running_one(deploy):
    deploy(price(), rates("2"), diagram())
    old = engine.start_instance(ANNA, "buys", {"amount": 100}).key
    again = deploy(price(), rates("3"), diagram())
    assert [one.changed for one in (*again.definitions, *again.requirements)] == [False, False, False, True]
    new = engine.start_instance(ANNA, "buys", {"amount": 100}).key
    assert (decided(old), decided(new)) == (200, 300)
    rows = db.session.execute(sa.select(ElementInstance.resolved).where(ElementInstance.element_id == "rule")).scalars()
    assert [row["version"] for row in rows] == [1, 1]


@pytest.mark.parametrize(("binding", "expected"), [("latest", 400), ("deployment", 200), ("versionTag", None)])
def test_imports_follow_the_binding_of_the_rule_task(deploy, binding, expected):
    tag = ' versionTag="none"' if binding == "versionTag" else ""
    deploy(price(), rates("2"), diagram(f' bindingType="{binding}"{tag}'))
    key = engine.start_instance(ANNA, "buys", {"amount": 100}).key
    deploy(rates("4"))
    if expected is None:
        engine.complete_task(ANNA, open_tasks(key)["before"].key, {})
        assert open_tasks(key) == {}
    else:
        assert decided(key) == expected


def test_an_older_version_that_is_asked_for_uses_the_import_of_its_time(deploy):
    deploy(price(), rates("2"))
    deploy(rates("3"))
    deploy(price(logic="r.gross(amount) + 1"), rates("4"))
    assert (asked(version=1), asked(version=2), asked()) == (300, 401, 401)


def test_imports_of_imports_are_followed(deploy):
    base = named(file_of(knowledge("twice", [("n", "number")], literal("n * 2")), own="urn:base"), "base")
    middle = knowledge("gross", [("net", "number")], literal("b.twice(net) + 1")).replace(
        "</businessKnowledgeModel>",
        '<knowledgeRequirement><requiredKnowledge href="urn:base#twice"/></knowledgeRequirement>'
        "</businessKnowledgeModel>",
    )
    rated = named(file_of(imported("urn:base", "b"), middle, own=RATES), "rates")
    deploy(price(), ("rates.dmn", rated), ("base.dmn", base))
    assert asked() == 201
    deploy(("base.dmn", base.replace(b"n * 2", b"n * 5")))
    assert asked() == 501


def test_an_import_that_is_nowhere_is_refused():
    assert findings(price()) == [("price.dmn", "dmn.import_unknown")]


def test_a_circle_over_what_is_deployed_is_refused(deploy):
    deploy(rates("2"))
    deploy(price())
    back = rates("2", imported("urn:price", "p"))
    assert ("rates.dmn", "dmn.import_faulty") in findings(back)


def test_a_change_that_breaks_what_imports_it_is_refused_unless_both_are_changed(deploy):
    deploy(price(), rates("2"))
    name, content = rates("2")
    other = name, content.replace(b'id="gross"', b'id="other"')
    assert findings(other) == [("rates.dmn", "engine.import_breaks")]
    adapted = named(
        file_of(
            imported(RATES, "r"),
            decision("price", literal("r.gross(amount) - 1"), knows=[f"{RATES}#other"]),
            own="urn:price",
        ),
        "pricing",
    )
    deploy(other, ("price.dmn", adapted))
    assert asked() == 199


def test_files_that_share_a_namespace_are_told_apart_by_the_name_of_the_file(deploy):
    both = rates("2"), rates("9", identity="rates_of_old")
    assert ("price.dmn", "engine.import_ambiguous") in findings(price(), *both)
    deploy(price(location="folder/rates_of_old.dmn"), *both)
    assert asked() == 900
    deploy(rates("7"))
    assert asked() == 900


def test_two_files_of_one_id_are_refused_together():
    other = "copy.dmn", rates("3", own="urn:other")[1]
    assert findings(rates("2"), other) == [("copy.dmn", "engine.defined_twice")]


def test_a_file_without_an_id_is_known_by_its_name(deploy):
    data = file_of(decision("alone", literal("1"))).replace(b' id="file"', b"")
    deploy(("alone.dmn", data))
    row = db.session.execute(sa.select(DecisionDefinition)).scalar_one()
    assert row.requirements_id == "File"
    assert db.session.get_one(DecisionRequirements, row.requirements_key).namespace == "http://firstline/test"


def test_a_file_is_compiled_once_however_often_it_is_asked(deploy, monkeypatch):
    deploy(price(), rates("2"))
    compiled = []
    parse = dmn.parse
    monkeypatch.setattr("app.dmn.parse", lambda *given: compiled.append(given) or parse(*given))
    assert [asked() for _ in range(3)] == [200, 200, 200]
    assert len(compiled) == 2
    deploy(rates("3"))
    assert [asked() for _ in range(3)] == [300, 300, 300]
    assert len(compiled) == 4

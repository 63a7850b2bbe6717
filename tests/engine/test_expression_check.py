"""What the gate points out in expressions that are no errors: what can only come to nothing, and slips of the pen."""

import json

import pytest

from app import engine
from tests.company import ROOT
from tests.dmn.files import decision, file_of, table
from tests.engine.diagrams import END, START, bpmn, chain, flow, script, user

LOOP = (
    '<userTask id="step" name="step"><extensionElements><zeebe:userTask/></extensionElements>'
    '<multiInstanceLoopCharacteristics><extensionElements><zeebe:loopCharacteristics inputCollection="{}"'
    ' inputElement="one"/></extensionElements></multiInstanceLoopCharacteristics></userTask>'
)


def form(**properties):
    field = {"type": "number", "id": "f1", "key": "amount", "label": "金额"}
    note = {"type": "textfield", "id": "f2", "key": "note", "label": "备注", **properties}
    return json.dumps({"type": "default", "id": "paid", "schemaVersion": 19, "components": [field, note]}).encode()


def warnings(*files):
    """(code, element id, property) of what is pointed out in files that may be deployed."""
    checked = engine.lint([engine.File(name, content) for name, content in files])
    assert checked.errors == ()
    skipped = {"forms.text_missing", "engine.called_process_missing"}
    return [
        (found.code, found.element_id, found.params.get("property"))
        for found in checked.findings
        if found.code not in skipped
    ]


def gate(condition: str) -> str:
    return "".join(
        (START, '<exclusiveGateway id="ask" default="f_ask_end"/>', user("yes"), END, flow("start", "ask"),
         flow("ask", "yes", condition), flow("ask", "end"), flow("yes", "end"))
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (chain(START, script("step", "=uper case(name)", "x"), END),
         ("feel.warning.no_function_near", "step", "script")),
        (chain(START, script("step", "=frobnicate(name)", "x"), END), ("feel.warning.no_function", "step", "script")),
        (chain(START, script("step", "=&quot;a&quot; - 1", "x"), END), ("feel.warning.operands", "step", "script")),
        (gate("=5 + 1"), ("engine.wrong_kind", "f_ask_yes", "condition")),
        (gate('="yes"'), ("engine.wrong_kind", "f_ask_yes", "condition")),
        (chain(START, user("step", assignee="=1 + 1"), END), ("engine.wrong_kind", "step", "assignee")),
        (chain(START, user("step", due="=true"), END), ("engine.wrong_kind", "step", "dueDate")),
        (chain(START, LOOP.format("=count([1])"), END), ("engine.wrong_kind", "step", "inputCollection")),
        (chain(START, script("step", "=1", "amount"), script("next", "=amont + 1", "x"), END),
         ("engine.name_never_written", "next", "script")),
    ],
)  # fmt: skip
def test_what_can_only_come_to_nothing_is_pointed_out_at_its_element(app, body, found):
    assert warnings(("p.bpmn", bpmn("p", body))) == [found]


@pytest.mark.parametrize(
    "body",
    [
        gate("=amount &gt; 5"),
        gate("=null"),
        chain(START, user("step", groups="=[&quot;a&quot;]", due="=now()"), END),
        chain(START, script("step", "=due(now(), &quot;1 wd&quot;)", "x"), END),
        chain(START, script("step", "=1", "amount"), script("next", "=amont + amont", "x"), END),
        chain(START, script("step", "=1", "amount"), script("next", "=lines[amont &gt; 1]", "x"), END),
        chain(START, script("step", "=1", "fee"), script("next", "=fe", "x"), END),
    ],
)
def test_what_may_be_meant_is_left_alone(app, body):
    assert warnings(("p.bpmn", bpmn("p", body))) == []


def test_what_a_called_process_gives_back_is_its_own_to_name(app):
    """Its variables are written in another diagram, so a name like one of ours is no slip."""
    call = (
        '<callActivity id="call"><extensionElements><zeebe:calledElement processId="other"/><zeebe:ioMapping>'
        '<zeebe:output source="=amunt" target="paid"/></zeebe:ioMapping></extensionElements></callActivity>'
    )
    body = chain(START, script("step", "=1", "amount"), call, END)
    assert warnings(("p.bpmn", bpmn("p", body))) == []


def test_the_keys_of_a_form_count_as_written(app):
    body = chain(START, user("ask", form="paid"), script("next", "=amunt + 1", "x"), END)
    assert warnings(("p.bpmn", bpmn("p", body)), ("paid.form", form())) == [
        ("engine.name_never_written", "next", "script")
    ]


def test_a_member_that_a_read_only_context_never_has_is_pointed_out(app):
    engine.register_context(app, "case", lambda _instance: {"unit": "x"}, ("unit", "case_no"))
    body = chain(START, user("step", groups="=case.case_n"), END)
    ((code, element, place),) = warnings(("p.bpmn", bpmn("p", body)))
    assert (code, element, place) == ("feel.warning.no_member_near", "step", "candidateGroups")


@pytest.mark.parametrize(
    ("properties", "found"),
    [
        ({"conditional": {"hide": "=amont > 3"}}, ("engine.name_not_on_form", "f2", "conditional.hide")),
        ({"readonly": "=uper case(note) = note"}, ("feel.warning.no_function_near", "f2", "readonly")),
    ],
)
def test_forms_are_looked_at_too(app, properties, found):
    assert warnings(("paid.form", form(**properties))) == [found]


def test_the_functions_of_tables_are_looked_up_among_those_of_the_installation(app):
    slip, right = (
        file_of(decision("d", table([("a", "Any")], [("n", "Any")], [["-", cell]])))
        for cell in ("uper case(a)", "upper case(a)")
    )
    assert warnings(("d.dmn", slip)) == [("feel.warning.no_function_near", "rule_1", None)]
    assert warnings(("d.dmn", right)) == []


def test_more_expressions_than_a_second_is_enough_for_are_refused(app):
    steps = [script(f"step{number}", f"={number}{'+1' * 20_000}", "x") for number in range(3)]
    (found,) = engine.lint([engine.File("p.bpmn", bpmn("p", chain(START, *steps, END)))]).errors
    assert (found.code, found.element_id, found.params["limit"]) == ("engine.too_many_expressions", "p", 100_000)


def test_our_own_library_has_nothing_to_point_out(app):
    engine.register_context(app, "case", lambda _instance: {})
    files = [
        engine.File(path.relative_to(ROOT).as_posix(), path.read_bytes())
        for folder in ("bpmn", "forms")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in {".bpmn", ".form", ".dmn"}
    ]
    found = engine.lint(files, both_languages=True).findings
    assert {finding.code for finding in found} <= {"engine.called_process_missing"}

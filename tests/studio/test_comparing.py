"""Comparing two versions: what is different for people, and nothing that only editors see."""

import json
import re
import typing as t

import pytest

from app import i18n
from app.errors import Invalid
from app.studio import versions
from app.studio.comparing import Change, changes, words
from app.studio.comparing.labels import PARTS, SETTINGS
from tests.company import Company
from tests.dmn.files import decision, file_of, literal, table
from tests.kernel.draw import (
    boundary,
    call,
    end,
    extension,
    file,
    flow,
    flows,
    heard,
    job,
    listener,
    mapping,
    node,
    process,
    script,
    start,
    sub,
    timer,
    user,
)
from tests.studio.conftest import Enter


def named(drawn: str, name: str) -> str:
    return drawn.replace(" id=", f' name="{name}" id=', 1)


def assigned(group: str) -> str:
    inside = extension(f'<zeebe:assignmentDefinition candidateGroups="{group}"/>')
    return named(user("a", inside), "查保修")


FLOWS = flows("s a e")


def body(task: str, more: str = "") -> str:
    return start() + task + end() + FLOWS + more


def brief(found: tuple[Change, ...]) -> list[tuple[str, str, str, t.Any, t.Any]]:
    return [(one.sign, one.what, one.element_id, one.was, one.now) for one in found]


def compared(old: str, new: str) -> list[tuple[str, str, str, t.Any, t.Any]]:
    return brief(changes("process", file(old), file(new)))


@pytest.mark.parametrize(
    ("old", "new", "what", "was", "now"),
    [
        (assigned("desk"), assigned("analyst"), "assignmentDefinition.candidateGroups", "desk", "analyst"),
        (user("a"), assigned("desk").replace(' name="查保修"', ""), "assignmentDefinition.candidateGroups", "", "desk"),
        (named(user("a"), "查"), named(user("a"), "验"), "name", "查", "验"),
        (user("a"), user("a", extension('<zeebe:formDefinition formId="f"/>')), "formDefinition.formId", "", "f"),
        (user("a", mapping({"x": "=1"})), user("a", mapping({"x": "=2"})), "input:x", "=1", "=2"),
        (user("a", mapping(outputs={"x": "=1"})), user("a"), "output:x", "=1", ""),
        (job("a"), job("a", "other"), "taskDefinition.type", "work", "other"),
        (script("a", "x", "=1"), script("a", "x", "=2"), "script.expression", "=1", "=2"),
        (call("a", "one"), call("a", "two"), "calledElement.processId", "one", "two"),
        (user("a"), node("manualTask", "a"), "kind", "userTask", "manualTask"),
        (
            user("a", "<documentation>old</documentation>"),
            user("a", "<documentation>new</documentation>"),
            "documentation",
            "old",
            "new",
        ),
        (
            user("a", heard(listener("start", "one"))),
            user("a", heard(listener("start", "two"))),
            "executionListeners.executionListener.type",
            "one",
            "two",
        ),
        (
            user("a", extension('<zeebe:properties><zeebe:property name="p" value="1"/></zeebe:properties>')),
            user("a", extension('<zeebe:properties><zeebe:property name="p" value="2"/></zeebe:properties>')),
            "property:p",
            "1",
            "2",
        ),
        (
            user("a", extension('<zeebe:properties><zeebe:property name="name:en" value="Look"/></zeebe:properties>')),
            user("a", extension('<zeebe:properties><zeebe:property name="name:en" value="See"/></zeebe:properties>')),
            "name:en",
            "Look",
            "See",
        ),
    ],
)
def test_a_setting_of_a_step_is_told_with_both_values(old: str, new: str, what: str, was: str, now: str) -> None:
    assert compared(body(old), body(new)) == [("changed", what, "a", was, now)]


def test_what_an_event_waits_for_is_told_at_the_event_that_waits() -> None:
    old = body(user("a"), boundary("b", "a", timer("PT1H")))
    assert compared(old, body(user("a"), boundary("b", "a", timer("PT2H")))) == [
        ("changed", "timeDuration", "b", "PT1H", "PT2H")
    ]
    assert compared(old, body(user("a"), boundary("b", "a", timer("PT1H"), interrupting=False))) == [
        ("changed", "cancelActivity", "b", "true", "false")
    ]
    waiting = node("receiveTask", "a", messageRef="msg")
    (told, key) = changes("process", file(body(waiting)), file(body(waiting.replace('"msg"', '"keyed"'))))
    assert (told.what, told.was, told.now) == ("message", "msg", "keyed")
    assert (key.what, key.was, key.now) == ("subscription.correlationKey", "", "=order")


def test_a_new_step_is_told_with_its_role_and_the_flows_it_came_with() -> None:
    new = start() + assigned("desk") + named(user("b"), "电话") + end() + flows("s a b e")
    found = changes("process", file(body(assigned("desk"))), file(new))
    told = {(one.sign, one.what, one.subject.zh) for one in found}
    assert {("added", "userTask", "电话"), ("added", "sequenceFlow", "电话 → e")} <= told
    step = changes("process", file(start() + end() + flows("s e")), file(body(assigned("desk"))))
    (task,) = [one for one in step if one.what == "userTask"]
    assert task.details == (("assignmentDefinition.candidateGroups", "desk"),)


def test_what_is_gone_is_told_and_a_flow_is_called_by_its_ends() -> None:
    old = start() + named(user("a"), "甲") + named(user("b"), "乙") + end() + flow("a", "b") + flow("b", "e")
    new = start() + named(user("a"), "甲") + end() + flow("a", "e")
    found = changes("process", file(old), file(new))
    assert ("removed", "userTask", "乙") in {(one.sign, one.what, one.subject.zh) for one in found}
    assert "甲 → 乙" in {one.subject.zh for one in found}


def test_steps_inside_sub_processes_are_compared_too() -> None:
    old = start() + sub("box", start("s1") + user("a") + end("e1") + flows("s1 a e1")) + end() + flows("s box e")
    new = old.replace('<userTask id="a"', '<userTask id="a" name="新"')
    assert compared(old, new) == [("changed", "name", "a", "", "新")]


def test_an_editor_that_writes_otherwise_changes_nothing() -> None:
    old = file(body(assigned("desk"))).decode()
    written = old.replace('name="查保修" id="a"', 'id="a" name="查保修"').replace("><", ">\n  <")
    assert 'id="a" name="查保修"' in written
    assert changes("process", old.encode(), written.encode()) == ()


def test_a_step_that_only_moved_is_told_as_such_and_never_as_a_change(company: Company) -> None:
    source = versions.source(versions.newest(company.person("owner"), "process", "outlet_intake_repair"))
    moved = re.sub(rb'(<dc:Bounds x=")(\d+)', rb"\g<1>9\2", source, count=1)
    found = changes("process", source, moved)
    assert [one.sign for one in found] == ["moved"]
    with i18n.in_language("en"):
        (line,) = words.said("process", found)
    assert line.plain == "1 elements were only moved in the picture; nothing runs differently"


@pytest.mark.parametrize("kind", ["process", "decision", "form"])
def test_every_file_of_the_library_equals_itself(company: Company, kind: t.Any) -> None:
    owner = company.person("owner")
    for version in versions.all_newest(owner, kind):
        source = versions.source(version)
        assert changes(kind, source, source) == (), version.id


RULES = [("< 5", '"low"', "", ""), ("[5..9]", '"mid"', "", ""), ("-", '"high"', "", "")]


def rules(lines: list[tuple[str, ...]], policy: str = "FIRST", label: str = "金额") -> bytes:
    made = table([("amount", "number")], [("band", "string")], lines, policy, annotations=("Reason", "Source"))
    labelled = made.replace("<input ", f'<input label="{label}" ', 1) if "label=" not in made else made
    return file_of(decision("d", labelled, name="档次"))


def without_ids(source: bytes) -> bytes:
    return re.sub(rb'(<rule) id="[^"]*"', rb"\1", source)


@pytest.mark.parametrize("ids", [True, False])
def test_a_cell_is_told_with_its_rule_and_its_column(ids: bool) -> None:
    old, new = rules(RULES), rules([RULES[0], ("[5..8]", '"mid"', "", ""), RULES[2]])
    found = changes("decision", *((old, new) if ids else (without_ids(old), without_ids(new))))
    (cell,) = found
    assert (cell.what, cell.rule, cell.was, cell.now) == ("cell", 2, "[5..9]", "[5..8]")
    with i18n.in_language("en"):
        assert words.said("decision", found)[0].plain == f"rule 2, {cell.subject.zh}: [5..9] → [5..8]"


def test_rules_without_ids_are_known_again_by_what_they_say() -> None:
    old, new = without_ids(rules(RULES)), without_ids(rules([("< 0", '"none"', "", ""), *RULES[:2]]))
    found = changes("decision", old, new)
    assert [(one.sign, one.what, one.rule) for one in found] == [("added", "rule", 1), ("removed", "rule", 3)]
    assert found[0].details[0][1] == "< 0"


def test_a_rule_that_takes_another_turn_is_told() -> None:
    named = rules(RULES)
    first, second, third = re.findall(rb"<rule.*?</rule>", named, re.DOTALL)
    found = changes("decision", named, named.replace(first + second, second + first))
    assert [(one.sign, one.what) for one in found] == [("moved", "rule")]
    assert {found[0].was, found[0].now} == {"1", "2"}
    assert third


def test_policy_columns_and_remarks_are_told() -> None:
    assert [(one.what, one.was, one.now) for one in changes("decision", rules(RULES), rules(RULES, "UNIQUE"))] == [
        ("hitPolicy", "FIRST", "UNIQUE")
    ]
    remarked = [(*RULES[0][:2], "cheap", ""), *RULES[1:]]
    assert [(one.what, one.rule, one.now) for one in changes("decision", rules(RULES), rules(remarked))] == [
        ("remark", 1, "cheap")
    ]


def test_a_dash_and_an_empty_cell_are_the_same() -> None:
    assert changes("decision", rules(RULES), rules([*RULES[:2], ("", '"high"', "", "")])) == ()


def test_other_logic_and_whole_decisions_are_told() -> None:
    old = file_of(decision("d", literal("1 + 1"), name="和"))
    new = file_of(decision("d", literal("1 + 2"), name="和"), decision("e", literal("3")))
    assert brief(changes("decision", old, new)) == [
        ("changed", "logic", "d", "1 + 1", "1 + 2"),
        ("added", "decision", "e", "", ""),
    ]
    (change,) = changes(
        "decision", old, file_of(decision("d", table([("a", "number")], [("b", "number")], []), name="和"))
    )[:1]
    assert change.what == "logic"


FORM: dict[str, t.Any] = {
    "type": "default",
    "id": "f",
    "components": [
        {"type": "textfield", "id": "c1", "key": "fault_code", "label": "故障代码", "properties": {"label:en": "Fault code"}},
        {"type": "group", "id": "g", "label": "费用", "components": [{"type": "number", "id": "c2", "key": "fee", "label": "费用"}]},
        {"type": "select", "id": "c3", "key": "way", "label": "方式", "values": [{"label": "甲", "value": "a"}]},
    ],
}  # fmt: skip


def form(**of_first: t.Any) -> bytes:
    first = FORM["components"][0] | of_first
    return json.dumps(FORM | {"components": [first, *FORM["components"][1:]]}).encode()


@pytest.mark.parametrize(
    ("change", "english", "chinese"),
    [
        ({"validate": {"required": True}}, "Fault code is now required", "故障代码 改为必填"),
        ({"label": "代码"}, "Chinese name of Fault code: 故障代码 → 代码", "代码：中文名 故障代码 → 代码"),
        ({"validate": {"maxLength": 8}}, "Most characters of Fault code: now 8", "故障代码：最多字数 设为 8"),
        (
            {"conditional": {"hide": "=fee > 1"}},
            "Hidden when of Fault code: now =fee > 1",
            "故障代码：何时隐藏 设为 =fee > 1",
        ),
        ({"type": "textarea"}, "Kind of element of Fault code: text field → text area", "故障代码：元素种类 文本框 → 多行文本框"),
    ],
)  # fmt: skip
def test_a_field_is_told_in_both_languages(
    company: Company, change: dict[str, t.Any], english: str, chinese: str
) -> None:
    found = changes("form", form(), form(**change))
    for language, expected in (("en", english), ("zh", chinese)):
        with i18n.in_language(language):
            assert [line.plain for line in words.said("form", found)] == [expected]


def test_a_field_that_need_not_be_filled_in_any_more_is_told(company: Company) -> None:
    found = changes("form", form(validate={"required": True}), form(validate={"required": False}))
    with i18n.in_language("en"):
        assert words.said("form", found)[0].plain == "Fault code need not be filled in any more"


def test_options_order_groups_and_new_fields_are_told() -> None:
    first, group, choice = FORM["components"]
    wider = choice | {"values": [*choice["values"], {"label": "乙", "value": "b"}]}
    assert brief(changes("form", form(), json.dumps(FORM | {"components": [first, group, wider]}).encode())) == [
        ("changed", "option:b", "c3", "", "乙")
    ]
    turned = json.dumps(FORM | {"components": [choice, first, group]}).encode()
    assert [(one.sign, one.element_id) for one in changes("form", form(), turned)] == [("moved", "c3")]
    inside = group | {"components": [first, *group["components"]]}
    nested = json.dumps(FORM | {"components": [inside, choice]}).encode()
    assert [(one.sign, one.element_id) for one in changes("form", form(), nested)] == [("moved", "c1")]
    more = json.dumps(FORM | {"components": [first, group, choice, {"type": "checkbox", "id": "n", "key": "ok"}]})
    assert brief(changes("form", form(), more.encode())) == [("added", "checkbox", "n", "", "")]


def test_fields_with_new_ids_are_known_again_by_their_keys() -> None:
    assert changes("form", form(), form(id="other")) == ()


@pytest.mark.parametrize(
    ("kind", "source"),
    [("process", b"<definitions"), ("decision", b""), ("form", b"{"), ("form", b"[]"), ("process", b"\xff\xfe\x00")],
)
def test_what_cannot_be_read_is_refused_in_words(kind: t.Any, source: bytes) -> None:
    with pytest.raises(Invalid, match=r"studio\.not_comparable"):
        changes(kind, source, source)


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        ("form", b'{"components": [1, null, {"components": {}, "values": [2], "properties": []}]}'),
        ("form", b'{"components": "x"}'),
        ("process", b"<a><process id='p' name='<b>'/></a>".replace(b"<b>", b"&lt;b>")),
        ("decision", file_of("<decision/>", "<decision id='x'><decisionTable><rule/></decisionTable></decision>")),
    ],
)
def test_a_broken_draft_is_compared_as_far_as_it_goes(kind: t.Any, source: bytes) -> None:
    assert changes(kind, source, source) == ()


def test_hostile_names_are_shown_as_text(company: Company) -> None:
    hostile = "&lt;img src=x onerror=alert(1)>"
    found = changes("process", file(body(user("a"))), file(body(named(user("a"), hostile))))
    with i18n.in_language("en"):
        (line,) = words.said("process", found)
    assert "<img" not in str(line.sentence)
    assert "&lt;img" in str(line.sentence)


def test_an_endless_value_is_cut(company: Company) -> None:
    found = changes("process", file(body(script("a", "x", "=1"))), file(body(script("a", "x", "=" + "1" * 9_000))))
    with i18n.in_language("en"):
        assert len(words.said("process", found)[0].plain) < 2 * words.MOST


def test_every_word_has_its_chinese(company: Company) -> None:
    with i18n.in_language("zh"):
        plain = [key for key, word in (PARTS | SETTINGS).items() if str(word).isascii()]
    assert plain == []


def publish(company: Company, old: str, new: str) -> None:
    from app import engine

    owner = company.person("owner")
    version = versions.newest(owner, "decision", "warranty_eligibility")
    changed = versions.source(version).decode().replace(old, new)
    engine.deploy(owner, [engine.File(version.file, changed.encode())], note="shorter")


@pytest.mark.parametrize(("who", "status"), [("owner", 200), ("outlet_head", 200), ("agent", 403), ("stranger", 403)])
def test_whoever_may_read_the_library_may_compare(enter: Enter, company: Company, who: str, status: int) -> None:
    assert enter(who).get("/studio/decision/warranty_eligibility/compare").status_code == status


def test_the_page_shows_both_sides_and_the_difference_in_words(enter: Enter, company: Company) -> None:
    publish(company, "[0..90]", "[0..60]")
    page = enter("owner", language="en").get("/studio/decision/warranty_eligibility/compare").text
    assert '<del class="fl-was">[0..90]</del> → <ins class="fl-now">[0..60]</ins>' in page
    assert page.count("is-changed") >= 2
    same = enter("owner", language="en").get("/studio/decision/warranty_eligibility/compare?old=2&new=2")
    assert "Nothing differs" in same.text
    assert enter("owner").get("/studio/decision/warranty_eligibility/compare?old=9").status_code == 404
    assert enter("owner").get("/studio/decision/no_such/compare").status_code == 404


@pytest.mark.parametrize("kind", ["process", "form"])
def test_a_drawing_and_a_form_have_their_pages_too(enter: Enter, company: Company, kind: t.Any) -> None:
    one = versions.all_newest(company.person("owner"), kind)[0]
    answer = enter("owner").get(f"/studio/{kind}/{one.id}/compare")
    assert answer.status_code == 200
    assert "没有差别" in answer.text


def test_a_file_of_two_processes_is_compared_as_a_whole() -> None:
    one = process(body(user("a")))
    added = changes("process", file(one), file(one, process(start("s2") + end("e2") + flows("s2 e2"), "q")))
    assert [(change.what, change.element_id) for change in added][:1] == [("process", "q")]

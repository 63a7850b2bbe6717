"""A drawing from anywhere is explained, never just refused."""

import pytest

from app.kernel import Finding
from app.kernel.review import review
from tests.kernel.draw import HEAD, end, extension, file, flow, flows, node, start, timer, user
from tests.kernel.test_lint import speaks

PATH = start() + node("task", "a") + end() + flows("s a e")
DI = "http://www.omg.org/spec/BPMN/20100524/DI"


def drawing(*processes: str, top: str = "", head: str = HEAD) -> bytes:
    """A file of processes that nobody has marked executable."""
    return f"{head}{top}{''.join(processes)}</definitions>".encode()


def process(name: str, body: str) -> str:
    return f'<process id="{name}" name="{name.title()}">{body}</process>'


def codes(findings: tuple[Finding, ...]) -> set[str]:
    assert all(speaks(finding) for finding in findings)
    return {finding.code.removeprefix("kernel.") for finding in findings}


def test_a_drawing_is_judged_as_if_it_were_executable_already() -> None:
    body = (
        start()
        + node("serviceTask", "a")
        + node("exclusiveGateway", "x")
        + node("intermediateCatchEvent", "c", timer("").replace("<timeDuration></timeDuration>", ""))
    )
    found = review(drawing(process("p", body + user("b") + flows("s a x c;x b") + flow("b", "ghost"))))
    assert found.judged == ("p",)
    assert {(finding.code.removeprefix("kernel."), finding.element_id) for finding in found.findings if finding.code != "kernel.flow_without_condition"} >= {
        ("not_executable", "p"), ("job_type_missing", "a"), ("timer_without_time", "c"), ("no_picture", "p"),
    }  # fmt: skip
    assert {"flow_without_condition", "flow_leads_nowhere"} <= codes(found.findings)


def test_of_several_pools_the_most_detailed_one_is_taken_and_the_others_are_named() -> None:
    partner = process("partner", start("ps") + user("pa") + flows("ps pa"))
    pools = '<collaboration id="c"><participant id="x" name="Customer" processRef="partner"/><participant id="y" processRef="shop"/></collaboration>'
    found = review(drawing(partner.replace(' name="Partner"', ""), process("shop", PATH), top=pools))
    assert [(one.name, one.steps, one.executable) for one in found.processes] == [
        ("Customer", 2, False),
        ("Shop", 3, False),
    ]
    assert found.judged == ("shop",)
    (several,) = [finding for finding in found.findings if finding.code == "kernel.several_pools"]
    assert (several.params["name"], several.params["others"]) == ("Shop", "Customer")


def test_an_executable_pool_is_taken_whatever_its_size() -> None:
    small = process("small", start("ps") + user("pa") + flows("ps pa")).replace(
        "<process", '<process isExecutable="true"'
    )
    found = review(drawing(small, process("large", PATH)))
    assert found.judged == ("small",)
    assert codes(found.findings) == {"no_picture"}


@pytest.mark.parametrize(
    ("code", "setting"),
    [
        ("foreign_assignment", 'camunda:assignee="${who}"'),
        ("foreign_form", 'camunda:formKey="embedded:form.html"'),
        ("foreign_work", 'camunda:type="external" camunda:topic="mail"'),
        ("foreign_setting", 'camunda:asyncBefore="true"'),
        ("foreign_date", 'camunda:dueDate="${in}"'),
        ("foreign_extension", 'camunda:holiday="x"'),
    ],
)
def test_settings_of_another_engine_are_named_with_what_takes_their_place(code: str, setting: str) -> None:
    for engine, namespace in (
        ("Camunda 7", "http://camunda.org/schema/1.0/bpmn"),
        ("Flowable", "http://flowable.org/bpmn"),
        ("Activiti", "http://activiti.org/bpmn"),
    ):
        head = HEAD.replace("<definitions", f'<definitions xmlns:camunda="{namespace}"')
        found = review(
            drawing(
                process("p", start() + user("a").replace("<userTask", f"<userTask {setting}") + flows("s a")), head=head
            )
        )
        (finding,) = [one for one in found.findings if one.code == f"kernel.{code}"]
        assert (finding.element_id, finding.params["engine"]) == ("a", engine)
        assert finding.params["settings"] == ", ".join(part.split(":")[1].split("=")[0] for part in setting.split(" "))


def test_many_settings_of_one_kind_are_one_finding() -> None:
    head = HEAD.replace("<definitions", '<definitions xmlns:camunda="http://camunda.org/schema/1.0/bpmn"')
    fields = extension("<camunda:field name='a'/><camunda:field name='b'/><camunda:in/><camunda:out/>")
    found = review(drawing(process("p", start() + user("a", fields) + flows("s a")), head=head))
    assert [one.params["settings"] for one in found.findings if "foreign" in one.code] == ["field", "in, out"]


def test_what_only_decorates_a_picture_is_nobodys_setting() -> None:
    head = HEAD.replace(
        "<definitions",
        '<definitions xmlns:signavio="http://www.signavio.com" xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0"',
    )
    decorated = user("a", extension('<signavio:signavioMetaData metaKey="bgcolor" metaValue="#ffffcc"/>')).replace(
        "<userTask", '<userTask bioc:stroke="#000"'
    )
    assert codes(review(drawing(process("p", start() + decorated + flows("s a")), head=head)).findings) == {
        "not_executable",
        "no_picture",
    }


def test_who_does_it_in_a_way_that_is_not_read_is_not_passed_over() -> None:
    performer = "<potentialOwner><resourceAssignmentExpression><formalExpression>manager</formalExpression></resourceAssignmentExpression></potentialOwner>"
    found = review(drawing(process("p", start() + user("a", performer) + flows("s a"))))
    assert ("kernel.performer_not_read", "a") in [(finding.code, finding.element_id) for finding in found.findings]


def test_files_that_the_drawing_refers_to_are_named_and_not_read() -> None:
    imported = '<import importType="x" location="file:///etc/passwd" namespace="n"/>'
    found = review(drawing(process("p", PATH), top=imported))
    assert [one.params["location"] for one in found.findings if one.code == "kernel.import_not_read"] == [
        "file:///etc/passwd"
    ]


def test_the_picture_is_looked_at_too() -> None:
    shape = '<di:BPMNShape bpmnElement="{}"><dc:Bounds xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" x="{}" y="1" width="9" height="9"/></di:BPMNShape>'
    plane = f'<di:BPMNDiagram xmlns:di="{DI}"><di:BPMNPlane>{shape.format("s", 1)}{shape.format("a", "abc")}</di:BPMNPlane></di:BPMNDiagram>'
    found = review(drawing(process("p", PATH)).replace(b"</definitions>", plane.encode() + b"</definitions>"))
    seen = {(one.code.removeprefix("kernel."), one.element_id) for one in found.findings}
    assert {("shape_missing", "e"), ("shape_misplaced", "a")} <= seen
    assert not {("shape_missing", "s"), ("shape_missing", "a")} & seen


def test_a_task_of_no_type_would_pass_unseen() -> None:
    found = review(drawing(process("p", PATH)))
    assert ("kernel.task_without_type", "a", "warning") in [
        (one.code, one.element_id, one.severity) for one in found.findings
    ]


def test_a_file_without_processes_is_said_to_be_so() -> None:
    assert codes(review(drawing()).findings) == {"no_process"}
    assert codes(review(b"<html/>").findings) == {"not_bpmn"}


def test_the_program_that_drew_it_is_known() -> None:
    head = HEAD.replace("<definitions", '<definitions exporter="Visio" exporterVersion="16"')
    assert review(drawing(process("p", PATH), head=head)).tool == "Visio 16"


def test_a_complete_process_has_nothing_to_correct() -> None:
    assert [one.severity for one in review(file(start() + user("a") + end() + flows("s a e"))).findings] == [
        "warning"
    ]  # no picture

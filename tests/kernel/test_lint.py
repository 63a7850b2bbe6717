"""The deploy gate refuses what the kernel would not execute as drawn, with a sentence about the element."""

import pytest

from app.kernel import Finding, parse
from app.kernel.lint import settings, vocabulary
from app.kernel.parser import ParsedFile
from tests.kernel.draw import (
    ANY_ERROR,
    CANCEL,
    COMPENSATE,
    ERROR,
    HEAD,
    KEYED,
    MESSAGE,
    SIGNAL,
    boundary,
    call,
    condition,
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
    throw,
    timer,
    undone,
    user,
)
from tests.kernel.test_texts import catalogue

PATH = start() + user("a") + end() + flows("s a e")
CATCH = start() + node("intermediateCatchEvent", "c", "{}") + flows("s c")
THROW = start() + node("intermediateThrowEvent", "t", "{}") + flows("s t")
GATE = start() + user("a") + user("b") + flows("s x")
MULTI = "multiInstanceLoopCharacteristics"
STANDARD = "standardLoopCharacteristics"
CAMUNDA_7 = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'


UNDONE = PATH + undone("a", user("a_undo"))
BY = '<association id="by" sourceRef="b" targetRef="h"/>'
COMPLEX = "<complexBehaviorDefinition><condition>{}</condition><event>{}</event></complexBehaviorDefinition>"


def rounds(inside: str = "", **attributes: str) -> str:
    loop = node(MULTI, "m", "<loopCardinality>2</loopCardinality>" + inside, **attributes)
    return start() + user("a", loop) + flows("s a")


def ad_hoc(inside: str, **attributes: str) -> str:
    return start() + node("adHocSubProcess", "ah", inside, **attributes) + flows("s ah")


def choice(inside: str = "", **attributes: str) -> str:
    """An event-based gateway in front of a message and a signal."""
    caught = node("intermediateCatchEvent", "c", KEYED) + node("intermediateCatchEvent", "d", SIGNAL)
    return node("eventBasedGateway", "g", inside, **attributes) + caught + flows("g c;g d")


def links(thrown: str = "", caught: str = "") -> str:
    """A pair of link events, with more than links in them."""
    link = '<linkEventDefinition name="x"/>'
    ends = node("intermediateThrowEvent", "t", link + thrown) + node("intermediateCatchEvent", "l", link + caught)
    return start() + ends + user("a") + flows("s t;l a")


def undoing(more: str = "") -> str:
    """An event sub-process for compensation."""
    return sub("es", start("us", COMPENSATE + more) + user("u") + flows("us u"), triggeredByEvent="true")


def rule(inside: str) -> str:
    return start() + node("businessRuleTask", "a", inside) + flows("s a")


def event_sub(*starts: str, **attributes: str) -> str:
    inside = "".join(starts) + user("x") + flows("es x")
    return PATH + sub("sp", inside, triggeredByEvent="true", **attributes)


UNSUPPORTED: list[tuple[str, str, str, str]] = [
    ("a choreography or conversation", "unsupported_element", "t", start() + node("subChoreography", "t") + flows("s t")),
    ("several start events without a trigger", "several_none_starts", "s2", PATH + start("s2") + flows("s2 a")),
    ("a condition that starts a process", "conditional_start", "s", start("s", condition("=x")) + user("a") + flows("s a")),
    ("a start event that waits for all of several", "parallel_start", "s", start("s", SIGNAL + MESSAGE, parallelMultiple="true") + user("a") + flows("s a")),
    ("a trigger at the start of an embedded sub-process", "subprocess_start_with_event", "ss", start() + sub("sp", start("ss", SIGNAL)) + flows("s sp")),
    ("waiting for all of several events, one of which is not waited for", "parallel_not_awaited", "b", PATH + boundary("b", "a", SIGNAL + ERROR).replace("<boundaryEvent", '<boundaryEvent parallelMultiple="true"')),
    ("an event where the table of triggers has none", "unsupported_event", "t", THROW.format(timer("PT1S"))),
    ("compensation as one of several events", "event_not_alone", "b", PATH + boundary("b", "a", COMPENSATE + SIGNAL) + user("h", isForCompensation="true") + BY),
    ("compensation that is not waited for", "unsupported_attribute", "t", UNDONE + throw("t", COMPENSATE.replace("/>", ' waitForCompletion="false"/>')) + flows("a t")),
    ("a cancel event outside a transaction", "cancel_outside", "x", start() + end("x", CANCEL) + flows("s x")),
    ("a cancel event that does not interrupt", "cancel_must_interrupt", "b", start() + node("transaction", "tx", user("i")) + boundary("b", "tx", CANCEL, False) + flows("s tx")),
    ("an error that starts an event sub-process without interrupting", "error_must_interrupt", "es", event_sub(start("es", ERROR, isInterrupting="false"))),
    ("an error at a boundary that does not interrupt", "error_must_interrupt", "b", PATH + boundary("b", "a", ERROR, False)),
    ("a loop at an event sub-process", "unsupported_attribute", "sp", event_sub(start("es", MESSAGE)).replace('<startEvent id="es"', '<standardLoopCharacteristics loopMaximum="2"/><startEvent id="es"')),
    ("quantities at an event sub-process", "unsupported_attribute", "sp", event_sub(start("es", MESSAGE), startQuantity="2")),
    ("a start or end event in an ad-hoc sub-process", "ad_hoc_start_or_end", "e2", ad_hoc(user("z") + end("e2"))),
    ("two errors at one end event", "two_errors", "x", start() + end("x", ERROR + ERROR) + flows("s x")),
    ("rounds that throw errors", "unsupported_event", "a", rounds(COMPLEX.format("=true", ERROR), behavior="Complex")),
    ("an input mapping at an event that waits", "input_on_catch", "c", CATCH.format(mapping({"a": "=1"}) + SIGNAL)),
    ("a listener for the start of a start or boundary event", "listener_misplaced", "s", start("s", heard(listener("start", "x")))),
    ("a listener for the end of a gateway, or of an end event for errors", "listener_misplaced", "x", GATE + node("exclusiveGateway", "x", heard(listener("end", "x"))) + flow("x", "a")),
    ("a script in another language", "foreign_script", "a", start() + node("scriptTask", "a", "<script>import os</script>") + flows("s a")),
    ("an expression in another language", "not_an_expression", "c", CATCH.format(condition("x &gt; 1"))),
    ("a setting of another engine", "foreign_work", "a", start() + f'<serviceTask id="a" {CAMUNDA_7} camunda:class="x"/>' + flows("s a")),
    ("an extension of Camunda 8 that is not listed", "unsupported_extension", "a", start() + user("a", extension("<zeebe:linkedResources/>")) + flows("s a")),
    ("an extension at an element it is not listed for", "extension_misplaced", "a", start() + node("task", "a", extension('<zeebe:assignmentDefinition assignee="x"/>')) + flows("s a")),
    ("a message that may come with any of several keys", "unsupported_element", "q", PATH + node("correlationSubscription", "q")),
    ("a link as one of several events", "event_not_alone", "t", links(SIGNAL)),
    ("an event-based gateway that waits for all of its events", "unsupported_attribute", "g", start() + choice(eventGatewayType="Parallel") + flows("s g")),
    ("an event-based gateway that starts a process in the middle of one", "start_with_incoming", "g", start() + choice(instantiate="true") + flows("s g")),
    ("a transaction undone by another way than compensation", "unsupported_attribute", "tx", start() + node("transaction", "tx", user("i"), method="##Image") + flows("s tx")),
    ("rounds over data objects", "unsupported_attribute", "a", rounds("<loopDataInputRef>d</loopDataInputRef>")),
    ("a setting in an extension that is not read", "unsupported_attribute", "a", start() + user("a", extension('<zeebe:assignmentDefinition owner="x"/>')) + flows("s a")),
]  # fmt: skip
"""What the kernel does not execute, in words, with the code of the refusal: the reference page is made from it."""
ERRORS: list[tuple[str, str | None, str]] = [
    # structure
    ("duplicate_id", "a", PATH + user("a")),
    ("empty_scope", "p", ""),
    ("empty_scope", "sp", start() + sub("sp", "") + flows("s sp")),
    ("nothing_to_start_at", "p", user("a") + flows("a a")),
    ("event_subprocess_start", "sp", event_sub(start("es"))),
    ("event_subprocess_start", "sp", event_sub(start("es", MESSAGE), start("es2", SIGNAL))),
    ("error_must_interrupt", "es", event_sub(start("es", ERROR + SIGNAL, isInterrupting="false"))),
    ("event_subprocess_with_flow", "sp", event_sub(start("es", MESSAGE)) + flow("a", "sp")),
    # vocabulary
    ("ad_hoc_start_or_end", "s2", ad_hoc(user("z") + start("s2"))),
    ("ad_hoc_without_step", "ah", ad_hoc(node("exclusiveGateway", "g"))),
    ("not_an_expression", "ah", ad_hoc(user("z") + "<completionCondition>done</completionCondition>")),
    ("not_an_expression", "ah", ad_hoc(user("z") + extension('<zeebe:adHoc activeElementsCollection="z"/>'))),
    ("unsupported_attribute", "ah", ad_hoc(user("z") + extension('<zeebe:adHoc outputCollection="all"/>'))),
    ("unsupported_attribute", "ah", ad_hoc(user("z"), ordering="Any")),
    ("activation_missing", "x", GATE + node("complexGateway", "x") + flows("a x;b x")),
    ("not_an_expression", "x", GATE + node("complexGateway", "x", "<activationCondition>2</activationCondition>")),
    ("condition_missing", "c", CATCH.format("<conditionalEventDefinition/>")),
    # compensation and transactions
    ("handler_without_event", "h", PATH + user("h", isForCompensation="true")),
    ("handler_missing", "b", PATH + boundary("b", "a", COMPENSATE)),
    ("handler_missing", "b", PATH + boundary("b", "a", COMPENSATE) + user("h") + BY),
    ("handler_with_flow", "a_undo", UNDONE + flows("a_undo e")),
    ("compensation_with_flow", "a_c", UNDONE + user("x") + flows("a_c x")),
    ("two_handlers", "a", UNDONE + boundary("b", "a", COMPENSATE) + user("h", isForCompensation="true") + BY),
    ("two_handlers", "sp", start() + sub("sp", start("i") + undoing()) + undone("sp", user("sp_undo")) + flows("s sp")),
    ("event_not_alone", "us", start() + sub("sp", start("i") + undoing(SIGNAL)) + flows("s sp")),
    ("compensated_out_of_reach", "t", UNDONE + throw("t", COMPENSATE.replace("/>", ' activityRef="ghost"/>')) + flows("a t")),
    ("nothing_undoes", "t", PATH + throw("t", COMPENSATE.replace("/>", ' activityRef="a"/>')) + flows("a t")),
    ("event_not_alone", "l", links("", SIGNAL)),
    ("subprocess_start_with_event", "r", start() + sub("sp", node("receiveTask", "r", messageRef="keyed", instantiate="true")) + flows("s sp")),
    ("conditional_start", "d", choice(instantiate="true").replace(SIGNAL, condition("=x"))),
    ("listener_misplaced", "g", choice(heard(listener("start", "x")), instantiate="true")),
    ("foreign_extension", "a", start() + f'<userTask id="a" {CAMUNDA_7} camunda:holiday="x"/>' + flows("s a")),
    ("two_loops", "a", rounds().replace("</userTask>", node(STANDARD, "l", loopMaximum="2") + "</userTask>")),
    ("extension_twice", "a", start() + user("a", mapping({"x": "=1"}) + mapping({"y": "=1"})) + flows("s a")),
    ("unsupported_extension", "a", start() + user("a", extension("<zeebe:ioMapping><zeebe:inputs/></zeebe:ioMapping>")) + flows("s a")),
    ("unsupported_attribute", "a", start() + user("a", mapping({"x": "=1"}).replace("target=", 'mode="x" target=')) + flows("s a")),
    ("cancel_outside", "b", PATH + boundary("b", "a", CANCEL)),
    ("cancel_not_caught", "x", start() + node("transaction", "tx", start("i") + end("x", CANCEL) + flows("i x")) + flows("s tx")),
    ("event_not_alone", "b", start() + node("transaction", "tx", user("i")) + boundary("b", "tx", CANCEL + SIGNAL) + flows("s tx")),
    ("unsupported_event", "c", CATCH.format("<fooEventDefinition/>")),
    ("unsupported_event", "s", start("s", ERROR) + user("a") + flows("s a")),
    ("quantity_not_positive", "a", start() + user("a", startQuantity="-1") + flows("s a")),
    ("quantity_not_positive", "a", start() + user("a", completionQuantity="0") + flows("s a")),
    ("quantity_not_positive", "a", start() + user("a", completionQuantity="many") + flows("s a")),
    ("listener_event_unknown", "a", start() + user("a", heard(listener("begin", "x"))) + flows("s a")),
    ("listener_event_unknown", "a", start() + user("a", heard(listener("start", "x"), of="task")) + flows("s a")),
    ("listener_without_type", "a", start() + user("a", heard(listener("start", ""))) + flows("s a")),
    ("listener_twice", "a", start() + user("a", heard(listener("end", "x"), listener("end", "x"))) + flows("s a")),
    ("listener_misplaced", "e", start() + end("e", heard(listener("end", "x")) + ERROR) + flows("s e")),
    ("extension_misplaced", "x", GATE + node("exclusiveGateway", "x", mapping({"a": "=1"})) + flow("x", "a")),
    ("two_implementations", "a", rule(extension('<zeebe:calledDecision decisionId="d" resultVariable="r"/><zeebe:taskDefinition type="t"/>'))),
    # flows
    ("flow_leads_nowhere", "f", PATH + flow("ghost", "a", name="f")),
    ("flow_leads_nowhere", "f", PATH + flow("a", "ghost", name="f")),
    ("flow_leads_nowhere", "f", PATH + sub("sp", start("ss")) + flow("a", "ss", name="f")),
    ("not_an_expression", "f", GATE + node("exclusiveGateway", "x", default="d") + flow("x", "a", "yes", "f") + flow("x", "b", name="d")),
    ("start_with_incoming", "s", PATH + flow("a", "s")),
    ("end_with_outgoing", "e", PATH + flow("e", "a")),
    ("default_flow_missing", "x", GATE + node("exclusiveGateway", "x", default="zz") + flow("x", "a", "=y")),
    ("default_flow_with_condition", "f", GATE + node("exclusiveGateway", "x", default="f") + flow("x", "a", "=y", "f") + flow("x", "b", "=z")),
    ("flow_without_condition", "f", GATE + node("exclusiveGateway", "x") + flow("x", "a", "=y") + flow("x", "b", name="f")),
    ("event_gateway_too_few", "x", CATCH.format(SIGNAL) + node("eventBasedGateway", "x") + flow("x", "c")),
    ("event_gateway_target", "a", start() + user("a") + node("receiveTask", "b", messageRef="keyed") + node("eventBasedGateway", "x") + flows("s x a;x b")),
    # events
    ("catch_without_event", "c", CATCH.format("")),
    ("boundary_attached_to_nothing", "b", PATH + boundary("b", "ghost", SIGNAL)),
    ("boundary_attached_to_nothing", "b", PATH + boundary("b", "e", SIGNAL)),
    ("boundary_with_incoming", "b", PATH + boundary("b", "a", SIGNAL) + flow("a", "b")),
    ("boundary_without_event", "b", PATH + boundary("b", "a", "")),
    ("message_missing", "c", CATCH.format('<messageEventDefinition messageRef="ghost"/>')),
    ("message_missing", "c", CATCH.format("<messageEventDefinition/>")),
    ("message_missing", "a", start() + node("receiveTask", "a") + flows("s a")),
    ("message_missing", "a", start() + node("sendTask", "a") + flows("s a")),
    ("signal_missing", "c", CATCH.format("<signalEventDefinition/>")),
    ("reference_missing", "c", CATCH.format("<eventDefinitionRef>ghost</eventDefinitionRef>")),
    ("reference_missing", "b", PATH + boundary("b", "a", '<errorEventDefinition errorRef="ghost"/>')),
    ("code_missing", "x", start() + end("x", ANY_ERROR) + flows("s x")),
    ("timer_without_time", "c", CATCH.format("<timerEventDefinition/>")),
    ("timer_not_understood", "c", CATCH.format(timer("2 hours"))),
    ("timer_not_understood", "c", CATCH.format(timer("P"))),
    ("link_without_target", "t", THROW.format('<linkEventDefinition name="x"/>')),
    ("link_twice", "l2", PATH + "".join(node("intermediateCatchEvent", i, '<linkEventDefinition name="x"/>') for i in ("l1", "l2"))),
    # tasks
    ("job_type_missing", "a", start() + node("serviceTask", "a") + flows("s a")),
    ("script_missing", "a", start() + node("scriptTask", "a") + flows("s a")),
    ("result_variable_missing", "a", start() + script("a", "", "=1") + flows("s a")),
    ("result_variable_missing", "a", rule(extension('<zeebe:calledDecision decisionId="d"/>'))),
    ("not_an_expression", "a", start() + script("a", "x", "1") + flows("s a")),
    ("decision_missing", "a", rule("")),
    ("called_process_missing", "a", start() + call("a", "") + flows("s a")),
    ("form_without_id", "a", start() + user("a", extension("<zeebe:formDefinition/>")) + flows("s a")),
    ("mapping_without_target", "a", start() + user("a", mapping({"": "=1"})) + flows("s a")),
    ("mapping_without_target", "a", start() + user("a", mapping({"#items": "=1"})) + flows("s a")),
    ("mapping_without_source", "a", start() + user("a", mapping({"x": ""})) + flows("s a")),
    ("binding_not_understood", "a", start() + user("a", extension('<zeebe:formDefinition formId="f" bindingType="versionTag"/>')) + flows("s a")),
    ("loop_without_collection", "a", start() + user("a", node(MULTI, "m")) + flows("s a")),
    ("not_an_expression", "a", start() + user("a", node(MULTI, "m", "<loopCardinality>-1</loopCardinality>")) + flows("s a")),
    ("not_an_expression", "a", start() + user("a", node(MULTI, "m", extension('<zeebe:loopCharacteristics inputCollection="people"/>'))) + flows("s a")),
    ("loop_output_incomplete", "a", start() + user("a", node(MULTI, "m", extension('<zeebe:loopCharacteristics inputCollection="=p" outputCollection="o"/>'))) + flows("s a")),
    ("loop_without_end", "a", start() + user("a", node(STANDARD, "m")) + flows("s a")),
    ("behavior_incomplete", "a", rounds(behavior="One")),
    ("behavior_incomplete", "a", rounds(behavior="Some")),
    ("behavior_incomplete", "a", rounds(COMPLEX.format("=true", SIGNAL))),
    ("behavior_not_caught", "a", rounds(COMPLEX.format("=true", SIGNAL), behavior="Complex")),
    ("condition_missing", "a", rounds(COMPLEX.format("", SIGNAL), behavior="Complex")),
    ("not_an_expression", "a", rounds(COMPLEX.format("ready", SIGNAL), behavior="Complex")),
]  # fmt: skip
PERFORMER = "<potentialOwner><resourceRef>r</resourceRef></potentialOwner>"
IGNORED: list[tuple[str, str, str, str]] = [
    ("people as BPMN itself names them", "performer_not_read", "a", start() + user("a", PERFORMER) + flows("s a")),
    ("a condition behind a parallel or event-based gateway", "condition_ignored", "x", GATE + node("parallelGateway", "x") + flow("x", "a", "=y") + flow("x", "b")),
]  # fmt: skip
"""What is taken with a warning that it does nothing, in words."""
WARNINGS = [
    ("nothing_to_undo", "t", PATH + throw("t", COMPENSATE) + flows("a t")),
    ("unreachable", "z", PATH + user("z")),
    ("unreachable", "j", PATH + node("parallelGateway", "j") + flows("j j")),
    (
        "join_starves",
        "j",
        GATE
        + node("exclusiveGateway", "x", default="d")
        + node("parallelGateway", "j")
        + flow("x", "a", "=y")
        + flow("x", "b", name="d")
        + flows("a j;b j"),
    ),
    (
        "join_starves",
        "j",
        start()
        + user("a")
        + boundary("b", "a", SIGNAL)
        + node("parallelGateway", "j")
        + user("c")
        + flows("s a j;b c j"),
    ),
    ("message_without_key", "c", CATCH.format(MESSAGE)),
    ("no_default_flow", "x", GATE + node("exclusiveGateway", "x") + flow("x", "a", "=y") + flow("x", "b", "=z")),
]


DRAWN_ONLY = [
    ("text annotations and groups", "<textAnnotation id='t'><text>note</text></textAnnotation><group id='g'/><association id='as' sourceRef='t' targetRef='a'/>"),
    ("data objects and data stores", "<dataObject id='d'/><dataObjectReference id='dr' dataObjectRef='d'/><dataStoreReference id='ds'/>"),
    ("what data a process needs", "<ioSpecification><inputSet/><outputSet/></ioSpecification><property id='pr'/>"),
]  # fmt: skip
"""What may be drawn and changes nothing, in words."""
SOUND = [
    GATE + node("parallelGateway", "x") + node("parallelGateway", "j") + flows("x a j;x b j"),
    # A choice inside one branch, and one whose alternatives meet before the join.
    GATE + node("parallelGateway", "f") + node("exclusiveGateway", "x", default="d") + node("exclusiveGateway", "m")
    + node("parallelGateway", "j") + user("c") + flow("x", "a", "=y") + flow("x", "b", name="d")
    + flows("a m;b m;m f;f c j;f j"),
    # A loop back in front of the fork.
    GATE + node("exclusiveGateway", "x") + node("parallelGateway", "f") + node("parallelGateway", "j")
    + node("exclusiveGateway", "again", default="d") + flows("x f a j again;f b j") + flow("again", "x", "=y")
    + end() + flow("again", "e", name="d"),
]  # fmt: skip


@pytest.mark.parametrize("body", SOUND)
def test_a_sound_join_is_not_suspected(body: str) -> None:
    assert parse(file(process(body))).findings == ()


def speaks(finding: Finding) -> bool:
    """Can the sentences be made from the parameters, and do they name the element?"""
    return all(catalogue(language)[finding.code] % finding.params for language in ("en", "zh"))


def findings(file: ParsedFile, code: str) -> list[Finding]:
    return [finding for finding in file.findings if finding.code == f"kernel.{code}"]


@pytest.mark.parametrize(("code", "element", "body"), [*ERRORS, *(case[1:] for case in UNSUPPORTED)])
def test_a_wrong_diagram_is_refused(code: str, element: str | None, body: str) -> None:
    parsed = parse(file(process(body)))
    found = findings(parsed, code)
    assert [(finding.element_id, finding.severity) for finding in found] == [(element, "error")], parsed.findings
    assert all(speaks(finding) for finding in parsed.findings)
    assert parsed.processes == ()


@pytest.mark.parametrize(("code", "element", "body"), [*WARNINGS, *(case[1:] for case in IGNORED)])
def test_a_doubtful_diagram_is_deployed_with_a_warning(code: str, element: str, body: str) -> None:
    parsed = parse(file(process(body)))
    found = findings(parsed, code)
    assert [(finding.element_id, finding.severity) for finding in found] == [(element, "warning")]
    assert all(speaks(finding) for finding in parsed.findings)
    assert len(parsed.processes) == 1


@pytest.mark.parametrize(
    ("code", "content"),
    [
        ("xml_cut_off", b"<definitions>"),
        ("xml_empty", b""),
        ("xml_broken", b"\x00\xff"),
        ("doctype_forbidden", b'<!DOCTYPE d [<!ENTITY x "y">]><d>&x;</d>'),
        ("doctype_forbidden", b'<!DOCTYPE d SYSTEM "http://localhost/x.dtd"><d/>'),
        ("not_bpmn", b"<html/>"),
        ("no_process", (HEAD + "</definitions>").encode()),
        ("not_executable", (HEAD + '<process id="p">' + PATH + "</process></definitions>").encode()),
        ("process_without_id", (HEAD + '<process isExecutable="true">' + PATH + "</process></definitions>").encode()),
    ],
)
def test_a_file_that_is_no_process_is_refused(code: str, content: bytes) -> None:
    parsed = parse(content)
    assert code in [finding.code.removeprefix("kernel.") for finding in parsed.findings]
    assert all(speaks(finding) for finding in parsed.findings)
    assert parsed.processes == ()


def test_an_entity_bomb_is_refused_at_once() -> None:
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(20))
    parsed = parse(f"<!DOCTYPE d [{lines}]><d>&e19;</d>".encode())
    assert parsed.errors


def test_one_wrong_element_does_not_hide_another() -> None:
    body = start() + job("a", "") + node("scriptTask", "b") + flows("s a b")
    codes = {finding.code for finding in parse(file(body)).errors}
    assert codes == {"kernel.job_type_missing", "kernel.script_missing"}


def test_a_process_that_is_not_executable_is_documentation() -> None:
    outside = '<process id="q">' + start().replace('"s"', '"t"') + node("subChoreography", "x") + "</process>"
    parsed = parse(file(process(PATH), outside))
    assert (parsed.findings, [model.id for model in parsed.processes]) == ((), ["p"])


def test_a_global_task_is_judged_like_any_other() -> None:
    wrong = '<globalScriptTask id="g"><script>import os</script></globalScriptTask></definitions>'
    parsed = parse(file(process(PATH)).replace(b"</definitions>", wrong.encode()))
    assert [(finding.code, finding.element_id) for finding in parsed.findings] == [("kernel.foreign_script", "g")]


def test_definitions_shared_by_reference_are_judged_where_they_are_used() -> None:
    drawn = start() + end("e", "<eventDefinitionRef>shared</eventDefinitionRef>") + flows("s e")
    for shared, code in (
        ("cancel", "kernel.cancel_outside"),
        ("error", "kernel.code_missing"),
        ("timer", "kernel.unsupported_event"),
    ):
        definition = f'<{shared}EventDefinition id="shared"/></definitions>'
        parsed = parse(file(process(drawn)).replace(b"</definitions>", definition.encode()))
        assert (code, "e") in [(finding.code, finding.element_id) for finding in parsed.errors]


@pytest.mark.parametrize("drawn", [xml for _, xml in DRAWN_ONLY], ids=[title for title, _ in DRAWN_ONLY])
def test_documentation_passes(drawn: str) -> None:
    parsed = parse(file(PATH + drawn))
    assert parsed.findings == ()
    assert list(parsed.processes[0].elements) == ["s", "a", "e"]


def test_every_extension_that_is_executed_says_what_is_read_of_it() -> None:
    assert set(vocabulary.EXTENSIONS) <= set(settings.ATTRIBUTES)
    inside = {name for names in settings.INSIDE.values() for name in names.split()}
    assert set(settings.ATTRIBUTES) == set(vocabulary.EXTENSIONS) | inside | {"properties"}

"""A few words to draw small diagrams with, for tests where a file of their own would hide the point."""

import itertools

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="definitions" targetNamespace="t">'
)
SHARED = (
    '<signal id="sig" name="sig"/><message id="msg" name="msg"/>'
    '<message id="keyed" name="keyed"><extensionElements><zeebe:subscription correlationKey="=order"/>'
    "</extensionElements></message>"
    '<error id="err" errorCode="E1"/><error id="err2" errorCode="E2"/><escalation id="esc" escalationCode="X1"/>'
)
MESSAGE = '<messageEventDefinition messageRef="msg"/>'
KEYED = '<messageEventDefinition messageRef="keyed"/>'
SIGNAL = '<signalEventDefinition signalRef="sig"/>'
ERROR = '<errorEventDefinition errorRef="err"/>'
ERROR_2 = '<errorEventDefinition errorRef="err2"/>'
ANY_ERROR = "<errorEventDefinition/>"
ESCALATION = '<escalationEventDefinition escalationRef="esc"/>'
TERMINATE = "<terminateEventDefinition/>"
COMPENSATE = "<compensateEventDefinition/>"
CANCEL = "<cancelEventDefinition/>"
_numbers = itertools.count(1)


def file(*bodies: str) -> bytes:
    """A file of one process `p`, or of the processes given."""
    drawn = (body if body.startswith("<process") else process(body) for body in bodies)
    return (HEAD + SHARED + "".join(drawn) + "</definitions>").encode()


def process(body: str, name: str = "p") -> str:
    return f'<process id="{name}" isExecutable="true">{body}</process>'


def node(kind: str, name: str, inside: str = "", **attributes: str) -> str:
    said = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f'<{kind} id="{name}"{said}>{inside}</{kind}>'


def start(name: str = "s", inside: str = "", **attributes: str) -> str:
    return node("startEvent", name, inside, **attributes)


def end(name: str = "e", inside: str = "") -> str:
    return node("endEvent", name, inside)


def user(name: str, inside: str = "", **attributes: str) -> str:
    return node("userTask", name, inside, **attributes)


def script(name: str, variable: str, expression: str) -> str:
    return node("scriptTask", name, extension(f'<zeebe:script expression="{expression}" resultVariable="{variable}"/>'))


def job(name: str, kind: str = "work") -> str:
    return node("serviceTask", name, extension(f'<zeebe:taskDefinition type="{kind}"/>'))


def call(name: str, process_id: str, inside: str = "") -> str:
    return node("callActivity", name, extension(f'<zeebe:calledElement processId="{process_id}"/>') + inside)


def sub(name: str, inside: str, **attributes: str) -> str:
    return node("subProcess", name, inside, **attributes)


def boundary(name: str, host: str, inside: str, interrupting: bool = True) -> str:
    cancel = "true" if interrupting else "false"
    return node("boundaryEvent", name, inside, attachedToRef=host, cancelActivity=cancel)


def undone(host: str, handler: str) -> str:
    """A compensation event `<host>_c` at an activity, and the handler `<host>_undo` it leads to."""
    event, name = f"{host}_c", f"{host}_undo"
    line = f'<association id="{host}_by" sourceRef="{event}" targetRef="{name}"/>'
    marked = handler.replace(f'id="{name}"', f'id="{name}" isForCompensation="true"')
    return node("boundaryEvent", event, COMPENSATE, attachedToRef=host) + marked + line


def throw(name: str, inside: str) -> str:
    return node("intermediateThrowEvent", name, inside)


def event_sub(name: str, trigger: str, interrupting: bool = True, end_event: str = "") -> str:
    """An event sub-process with one user task `<name>_task`."""
    first = start(f"{name}_start", trigger, isInterrupting="true" if interrupting else "false")
    inside = first + user(f"{name}_task") + end(f"{name}_end", end_event)
    chain = flows(f"{name}_start {name}_task {name}_end")
    return sub(name, inside + chain, triggeredByEvent="true")


def timer(value: str, kind: str = "timeDuration") -> str:
    return f"<timerEventDefinition><{kind}>{value}</{kind}></timerEventDefinition>"


def condition(expression: str) -> str:
    return f"<conditionalEventDefinition><condition>{expression}</condition></conditionalEventDefinition>"


def extension(inside: str) -> str:
    return f"<extensionElements>{inside}</extensionElements>"


def mapping(inputs: dict[str, str] | None = None, outputs: dict[str, str] | None = None) -> str:
    """Input and output mappings, target to source."""
    lines = [f'<zeebe:input source="{source}" target="{target}"/>' for target, source in (inputs or {}).items()]
    lines += [f'<zeebe:output source="{source}" target="{target}"/>' for target, source in (outputs or {}).items()]
    return extension(f"<zeebe:ioMapping>{''.join(lines)}</zeebe:ioMapping>")


def listener(event: str, kind: str, retries: str = "3") -> str:
    """One execution or task listener, to be put into `listening`."""
    return f'<zeebe:{{}}Listener eventType="{event}" type="{kind}" retries="{retries}"/>'


def listening(*listeners: str, holder: str = "execution") -> str:
    """Listeners of an element; with holder `task` those of a user task."""
    inside = "".join(one.replace("{}", holder) for one in listeners)
    return f"<zeebe:{holder}Listeners>{inside}</zeebe:{holder}Listeners>"


def heard(*listeners: str, of: str = "execution") -> str:
    """Listeners as all that an element says beyond BPMN."""
    return extension(listening(*listeners, holder=of))


def several(
    collection: str, item: str, results: str = "", result: str = "", sequential: bool = False, until: str = ""
) -> str:
    output = f' outputCollection="{results}" outputElement="{result}"' if results else ""
    said = f'<zeebe:loopCharacteristics inputCollection="{collection}" inputElement="{item}"{output}/>'
    condition = f"<completionCondition>{until}</completionCondition>" if until else ""
    order = "true" if sequential else "false"
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{order}">{extension(said)}{condition}'
        "</multiInstanceLoopCharacteristics>"
    )


def flow(source: str, target: str, condition: str = "", name: str = "") -> str:
    asked = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    return node("sequenceFlow", name or f"f{next(_numbers)}", asked, sourceRef=source, targetRef=target)


def flows(text: str) -> str:
    """Chains such as `s a e;b e`."""
    chains = (chain.split() for chain in text.split(";"))
    return "".join(flow(a, b) for chain in chains for a, b in itertools.pairwise(chain))

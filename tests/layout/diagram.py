"""Small BPMN files written in a line or two."""

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"


def bpmn(*nodes: str, flows: str, lanes: dict[str, str] | None = None, around: str = "") -> bytes:
    """Nodes are `tag:id` or `tag:id:name`; flows `a>b` or `a>b:name`, apart by spaces; lanes id → node ids."""
    body = "".join(_node(*node.split(":")) for node in nodes)
    body += "".join(_flow(number, flow) for number, flow in enumerate(flows.split()))
    members = "".join(_lane(lane, ids) for lane, ids in (lanes or {}).items())
    lane_set = f'<laneSet id="lanes">{members}</laneSet>' if lanes else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<definitions xmlns="{BPMN}" id="d" targetNamespace="t">\n'
        f'  {around}<process id="p">{lane_set}{body}</process>\n</definitions>\n'
    ).encode()


def _node(tag: str, identifier: str, name: str = "") -> str:
    host = f' attachedToRef="{identifier.split("_", maxsplit=1)[0]}"' if tag == "boundaryEvent" else ""
    return f'<{tag} id="{identifier}" name="{name or identifier}"{host}/>'


def _flow(number: int, text: str) -> str:
    way, _, name = text.partition(":")
    source, target = way.split(">")
    return f'<sequenceFlow id="f{number}" name="{name}" sourceRef="{source}" targetRef="{target}"/>'


def _lane(identifier: str, ids: str) -> str:
    references = "".join(f"<flowNodeRef>{node}</flowNodeRef>" for node in ids.split())
    return f'<lane id="{identifier}" name="{identifier}">{references}</lane>'

"""Files from strangers, `notes/bpmn-in-the-wild.md` §5: each ends in bounded time and memory, with a sentence."""

from __future__ import annotations

import pytest

from app.kernel import parse
from app.kernel.findings import MOST_FINDINGS
from app.kernel.reading import DEEPEST, MOST_NODES
from app.kernel.review import review
from tests.hostile import drawings as draw
from tests.hostile.bounded import Bounds, Killed
from tests.kernel.draw import HEAD, end, file, flow, flows, node, start, timer, user
from tests.kernel.test_texts import catalogue

PATH = start() + user("a") + end() + flows("s a e")
BYTES = file(PATH)
TEXT = BYTES.decode()

REFUSED: dict[str, tuple[str, bytes]] = {
    "an entity that reads a file": (
        "doctype_forbidden", draw.entities('<!ENTITY e SYSTEM "file:///etc/passwd">'),
    ),
    "a parameter entity": ("doctype_forbidden", draw.entities('<!ENTITY % e SYSTEM "file:///etc/passwd"> %e;')),
    "a billion laughs": ("doctype_forbidden", draw.entities(draw.laughs())),
    "a quadratic blow-up": ("doctype_forbidden", draw.entities(f'<!ENTITY e "{"x" * 50_000}">', "&e;" * 50_000)),
    "a document type elsewhere": ("doctype_forbidden", b'<!DOCTYPE d SYSTEM "http://localhost:1/x.dtd"><d/>'),
    "a document type in UTF-16": ("doctype_forbidden", "<!DOCTYPE d><d/>".encode("utf-16")),
    "a document type behind a comment": ("doctype_forbidden", b"<?xml version='1.0'?><!-- > --> <!DOCTYPE d><d/>"),
    "a text of 15 MB": ("text_too_long", draw.text(15)),
    "a file of 50 MB": ("too_large", draw.text(50)),
    "elements 300 deep": ("too_deep", (HEAD + "<a>" * 300 + "</a>" * 300 + "</definitions>").encode()),
    "more sub-processes inside each other than a stack bears": ("too_deep", draw.nested(DEEPEST + 1)),
    "half a million elements": ("too_many_elements", draw.elements(500_000)),
    "more steps than a page shows": ("too_many_nodes", draw.chain(MOST_NODES + 1)),
    "nothing": ("xml_empty", b""),
    "blanks": ("xml_empty", b" \n\t "),
    "plain text": ("xml_broken", b"Please find the process attached."),
    "a file that ends early": ("xml_cut_off", BYTES[: BYTES.index(b"<endEvent")]),
    "tags that do not match": ("xml_broken", BYTES.replace(b"</process>", b"</prozess>")),
    "bytes that are no UTF-8": ("xml_encoding", BYTES.replace(b'id="a"', b'id="\xff\xfe"')),
    "a declaration that lies": ("xml_encoding", b'<?xml version="1.0" encoding="UTF-16"?>' + BYTES),
    "an encoding nobody knows": ("xml_encoding", b'<?xml version="1.0" encoding="klingon"?>' + BYTES),
    "an archive": ("not_xml", b"PK\x03\x04" + b"\0" * 50),
    "something compressed": ("not_xml", b"\x1f\x8b" + b"\0" * 50),
    "a Word document": ("not_xml", b"\xd0\xcf\x11\xe0" + b"\0" * 50),
    "a decision table": (
        "is_dmn", b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n"/>',
    ),
    "XPDL": ("not_bpmn", b'<Package xmlns="http://www.wfmc.org/2008/XPDL2.1"/>'),
    "a web page": ("not_bpmn", b"<html/>"),
    "BPMN without its namespace": ("not_bpmn", BYTES.replace(b"http://www.omg.org/spec/BPMN/20100524/MODEL", b"x")),
    "a flow from a ghost": ("flow_leads_nowhere", file(PATH + flow("ghost", "a"))),
    "a flow to a ghost": ("flow_leads_nowhere", file(PATH + flow("a", "ghost"))),
    "a flow without ends": ("flow_leads_nowhere", file(PATH + "<sequenceFlow id='f'/>")),
    "one id for everything": ("duplicate_id", draw.same_id(9_000)),
    "an event attached to nothing": (
        "boundary_attached_to_nothing", file(PATH + node("boundaryEvent", "b", timer("PT1S"), attachedToRef="ghost")),
    ),
    "a message that is not there": (
        "message_missing",
        file(start() + node("intermediateCatchEvent", "c", '<messageEventDefinition messageRef="x"/>') + flows("s c")),
    ),
    "a Python script": ("foreign_script", file(start() + node("scriptTask", "a", "<script>import os</script>"))),
    "a Python condition": (
        "not_an_expression",
        file(
            start() + node("exclusiveGateway", "g", default="d") + user("a") + user("b") + flow("s", "g")
            + flow("g", "a", "__import__('os').abort()") + flow("g", "b", name="d")
        ),
    ),
    "a Python time": (
        "timer_not_understood",
        file(start() + node("intermediateCatchEvent", "c", timer("__import__('os').abort()")) + flows("s c")),
    ),
    "more inclusive joins than can be worked out": ("too_many_joins", draw.choices(1_500, "inclusiveGateway")),
    "everything connected with everything": ("flow_without_condition", draw.tangle(150)),
    "a loop of a number with 5,000 digits": (
        "not_an_expression",
        file(start() + user("a", f'<standardLoopCharacteristics loopMaximum="{"9" * 5_000}"/>') + flows("s a")),
    ),
    "as many tokens as a continent has people": (
        "quantity_too_large", file(start() + user("a", completionQuantity="800000000") + flows("s a")),
    ),
}  # fmt: skip

ACCEPTED: dict[str, bytes] = {
    "a path of 10,000 steps": draw.chain(MOST_NODES),
    "a fork into 3,000 branches": draw.fan(3_000),
    "4,000 messages": draw.messages(4_000),
    "2,000 links": draw.links(2_000),
    "800 choices in front of joins": draw.choices(800, "parallelGateway"),
    f"{DEEPEST} sub-processes inside each other": draw.nested(DEEPEST),
    "UTF-16": TEXT.encode("utf-16"),
    "UTF-16 that says so": b"".join(
        part.encode(encoding)
        for part, encoding in (("\ufeff", "utf-16-le"), (f'<?xml version="1.0" encoding="UTF-16"?>{TEXT}', "utf-16-le"))
    ),
    "UTF-16 without a mark": f'<?xml version="1.0"?>{TEXT}'.encode("utf-16-le"),
    "UTF-8 with a mark": TEXT.encode("utf-8-sig"),
    "UTF-32": TEXT.encode("utf-32"),
    "Latin-1": b'<?xml version="1.0" encoding="ISO-8859-1"?>' + TEXT.replace('"a"', '"ä"').encode("latin-1"),
    "GBK": b'<?xml version="1.0" encoding="GBK"?>' + TEXT.replace('"a"', '"步骤"').encode("gbk"),
    "GB 18030": b'<?xml version="1.0" encoding="GB18030"?>' + TEXT.replace('"a"', '"㐀"').encode("gb18030"),
    "a style sheet and an inclusion": TEXT.replace(
        "<process ", '<?xml-stylesheet href="http://localhost:1/x"?>'
        '<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/><process ',
    ).encode(),
    "flows without an id": BYTES.replace(b'<sequenceFlow id="', b'<sequenceFlow name="'),
    "elements named like the library's own": file(start("Start") + user("End") + end("Root") + flows("Start End Root")),
    "a process named like a folder": file(PATH).replace(b'process id="p"', b'process id=".."'),
    "a process named like a statement": file(PATH).replace(b'process id="p"', b"process id=\"P';DROP TABLE payload\""),
    "coordinates that are no numbers": TEXT.replace(
        "</definitions>",
        '<d:BPMNDiagram xmlns:d="http://www.omg.org/spec/BPMN/20100524/DI"><d:BPMNPlane><d:BPMNShape bpmnElement="a">'
        '<c:Bounds xmlns:c="http://www.omg.org/spec/DD/20100524/DC" x="abc" y="NaN"/></d:BPMNShape></d:BPMNPlane>'
        "</d:BPMNDiagram></definitions>",
    ).encode(),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_file_is_refused_with_a_sentence(name: str, bounds: Bounds) -> None:
    code, content = REFUSED[name]
    judged = bounds.run("tests.hostile.judging:drawing", content)
    assert judged["processes"] == []
    assert code in judged["refused"]
    assert code in judged["reviewed"]
    assert len(judged["refused"]) <= MOST_FINDINGS + 1


@pytest.mark.parametrize("name", ACCEPTED)
def test_an_unusual_file_is_read_as_what_it_is(name: str, bounds: Bounds) -> None:
    judged = bounds.run("tests.hostile.judging:drawing", ACCEPTED[name])
    assert judged["refused"] == []
    assert len(judged["processes"]) == 1


def test_every_refusal_can_be_said_in_both_languages() -> None:
    for name in ("a text of 15 MB", "an archive", "a file that ends early", "more steps than a page shows", "XPDL"):
        for finding in (*parse(REFUSED[name][1]).findings, *review(REFUSED[name][1]).findings):
            said = [catalogue(language)[finding.code] % finding.params for language in ("en", "zh")]
            assert all("libxml" not in one and "Error" not in one for one in said)


def test_a_bound_that_is_exceeded_shows(bounds: Bounds) -> None:
    """The bounds themselves hold: otherwise every test above would prove nothing."""
    with pytest.raises(Killed):
        bounds.run("tests.hostile.test_files:endless", seconds=1)
    with pytest.raises(Killed, match="MemoryError"):
        bounds.run("tests.hostile.test_files:greedy")


def endless(content: bytes) -> None:
    while True:
        content = bytes(content)


def greedy(_content: bytes) -> int:
    return len(bytearray(2 << 30))


def test_a_sentence_quotes_no_more_of_a_name_than_fits() -> None:
    long = node("serviceTask", "a").replace("<serviceTask", f'<serviceTask name="{"x" * 9_999}"')
    (finding,) = parse(file(start() + long + flows("s a"))).errors
    assert len(finding.params["name"]) < 200

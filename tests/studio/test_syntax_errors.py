"""A broken expression is named on every path: line, column, what was found and expected, and the text around it."""

import io
import json
import typing as t
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.cli import ScriptInfo

from app.engine import cli
from tests.api.conftest import As, call
from tests.company import Company
from tests.engine.diagrams import END, START, bpmn, flow, user
from tests.studio.conftest import Enter, upload
from tests.studio.test_saving import post

__all__ = ["call"]

CONDITION = (
    '<sequenceFlow id="free" name="保修内" sourceRef="ask" targetRef="yes"><extensionElements><zeebe:properties>'
    '<zeebe:property name="name:en" value="Under warranty"/></zeebe:properties></extensionElements>'
    '<conditionExpression xsi:type="tFormalExpression">=amount &gt; = 3</conditionExpression></sequenceFlow>'
)
PROCESS = bpmn(
    "broken",
    START + '<exclusiveGateway id="ask" default="f_ask_end"/>' + user("yes") + END + CONDITION
    + flow("start", "ask") + flow("ask", "end") + flow("yes", "end"),
)  # fmt: skip
DECISION = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="n" namespace="n">
  <decision id="broken" name="Fee"><decisionTable id="t"><input id="i" label="days left"><inputExpression id="ie">
  <text>days</text></inputExpression></input><output id="o" name="price"/><rule id="r">
  <inputEntry id="cell"><text>[1..; 5]</text></inputEntry><outputEntry id="out"><text>1</text></outputEntry></rule>
  </decisionTable></decision></definitions>"""
FORM = json.dumps(
    {
        "type": "default",
        "id": "broken",
        "schemaVersion": 19,
        "components": [
            {"type": "textfield", "id": "why", "key": "why", "label": "原因",
             "conditional": {"hide": "=if amount > 3 them true else false"}}
        ],
    },
    ensure_ascii=False,
).encode()  # fmt: skip


class Case(t.NamedTuple):
    kind: str
    file: str
    source: bytes
    element: str
    place: dict[str, str]
    sentence: dict[str, str]
    excerpt: list[str]


CASES = [
    Case(
        "process", "broken.bpmn", PROCESS, "free",
        {"en": "The condition of “Under warranty”", "zh": "“保修内”的条件"},
        {"en": "Line 1, column 10: a value is expected here, such as a name, a number, a text in double quotation marks or "
         "an opening bracket, but “=” was found.",
         "zh": "第 1 行第 10 列：此处应为一个值，例如名称、数字、双引号括起的文本或左括号，实际为“=”。"},
        ["amount > ", "=", " 3"],
    ),
    Case(
        "decision", "broken.dmn", DECISION, "cell",
        {"en": "Rule 1, days left", "zh": "第 1 条规则，days left"},
        {"en": "Line 1, column 5: “,” separates the elements here, not “;”.", "zh": "第 1 行第 5 列：此处用“,”分隔，不用“;”。"},
        ["[1..", ";", " 5]"],
    ),
    Case(
        "form", "broken.form", FORM, "why",
        {"en": "The condition to hide “原因”", "zh": "隐藏“原因”的条件"},
        {"en": "Line 1, column 15: “then” is expected here, but “them” was found.",
         "zh": "第 1 行第 15 列：此处应为“then”，实际为“them”。"},
        ["if amount > 3 ", "them", " true else false"],
    ),
]  # fmt: skip
each_kind = pytest.mark.parametrize("case", CASES, ids=[case.kind for case in CASES])
each_language = pytest.mark.parametrize("language", ["zh", "en"])


@each_kind
@each_language
def test_in_the_editor_while_one_types(enter: Enter, case: Case, language: str) -> None:
    browser = enter("owner", language=language)
    answer = post(browser, f"/studio/{case.kind}/broken/check", source=case.source.decode())
    (row,) = [one for one in answer.json["findings"] if one["severity"] == "error"]
    assert (row["element_id"], row["hint"], row["text"], row["excerpt"]) == (
        case.element,
        case.place[language],
        case.sentence[language],
        case.excerpt,
    )


@each_kind
@each_language
def test_on_the_page_for_files_from_outside(enter: Enter, case: Case, language: str) -> None:
    page = upload(enter("owner", language=language), (case.file, case.source)).text
    assert case.place[language] in page
    assert case.sentence[language] in page
    assert f'<mark class="fl-fault">{case.excerpt[1]}</mark>' in page


@each_kind
def test_in_the_answer_to_a_deployment(call: As, case: Case) -> None:
    status, problem = call("owner").send(
        "/deployments", {"resources": (io.BytesIO(case.source), case.file)}, "multipart/form-data"
    )
    assert status == 422
    (finding,) = [one for one in problem["findings"] if one["severity"] == "error"]
    assert (finding["file"], finding["element_id"]) == (case.file, case.element)
    assert (finding["place"], finding["message"]) == (case.place["en"], case.sentence["en"])
    assert finding["params"]["excerpt"] == case.excerpt
    assert case.place["en"] in problem["detail"]
    assert case.sentence["en"] in problem["detail"]


@each_kind
@pytest.mark.parametrize("command", [cli.lint, cli.deploy])
def test_on_the_command_line(company: Company, case: Case, command: t.Any, tmp_path: Path) -> None:
    company.app.config["BABEL_DEFAULT_LOCALE"] = "en"
    (tmp_path / case.file).write_bytes(case.source)
    done = CliRunner().invoke(command, [str(tmp_path)], obj=ScriptInfo(create_app=lambda: company.app))
    assert done.exit_code == 1
    before, marked, after = case.excerpt
    said = [line for line in done.output.splitlines() if not line.startswith("warning")]
    refused = next(number for number, line in enumerate(said) if line.startswith("error"))
    assert said[refused : refused + 4] == [
        f"error {tmp_path.name}/{case.file}:{case.element}: {case.sentence['zh']}",
        f"  {case.place['zh']}",
        f"    {before}{marked}{after}",
        f"    {' ' * len(before)}{'^' * len(marked)}",
    ]

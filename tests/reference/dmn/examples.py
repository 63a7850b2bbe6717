"""Examples of the page: written once, evaluated, and shown as a reader of tables and boxes would see them."""

import dataclasses
import typing as t
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import polib
from lxml import etree

from app.dmn import DmnError, DmnInvalid, Linker
from app.feel import FeelError, from_json, render
from tests.company import ROOT
from tests.dmn.files import decision, file_of, table

CODES = ("dmn", "feel")
ASKED = "d"

Variables = Mapping[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Columns:
    """A decision table as rows of cells: written to XML and to Markdown from the same words."""

    inputs: Sequence[tuple[str, ...]]
    outputs: Sequence[tuple[str, ...]]
    rules: Sequence[Sequence[str]]
    policy: str = "UNIQUE"
    aggregation: str | None = None

    def xml(self) -> str:
        """The element."""
        return table(self.inputs, self.outputs, self.rules, self.policy, self.aggregation)

    def markdown(self) -> str:
        """The table as people draw it, its policy in the corner."""
        sign = {"SUM": "C+", "MIN": "C<", "MAX": "C>", "COUNT": "C#"}.get(self.aggregation or "", self.policy[0])
        heads = [sign, *(f"{column[0]}?" for column in self.inputs), *(_head(column) for column in self.outputs)]
        rows = [[str(number), *map(code, rule)] for number, rule in enumerate(self.rules, 1)]
        return markdown(heads, rows)


def _head(column: Sequence[str]) -> str:
    name, _type, values, default, *_ = (*column, "", "")
    notes = [f"values {code(values)}" if values else "", f"default {code(default)}" if default else ""]
    return "<br>".join([name, *(note for note in notes if note)])


def answer(data: bytes, variables: Variables, *others: bytes) -> str:
    """The value of the example's decision as FEEL writes it, or the sentence of the error."""
    try:
        return code(literal(linked(data, *others).evaluate(ASKED, variables).value))
    except (DmnError, FeelError) as error:
        return sentence(error.code, error.params)
    except DmnInvalid as invalid:
        return " ".join(sentence(one.code, one.params) for one in invalid.findings)


def linked(data: bytes, *others: bytes) -> t.Any:
    """The definitions of a file that may import others. Raises DmnInvalid."""
    files = {etree.fromstring(other).get("namespace"): other for other in others}
    compiled = Linker(lambda wanted: files.get(wanted.namespace)).compile(data)
    if compiled.errors:
        raise DmnInvalid(compiled.errors)
    return compiled.definitions


def answers(logic: str, cases: Iterable[Variables], *elements: str, **more: t.Any) -> list[list[str]]:
    """Rows of (variables, value) for a decision with this logic."""
    data = file_of(*elements, decision(ASKED, logic, name="Example", **more))
    return [[shown(variables), answer(data, variables)] for variables in cases]


def shown(variables: Variables) -> str:
    """Variables as a reader would write them down."""
    return ", ".join(f"{name} = {code(literal(value))}" for name, value in variables.items()) or "–"


def literal(value: t.Any) -> str:
    """A value as FEEL writes it inside of a list, so that a text has its quotation marks."""
    return render(from_json([value]))[1:-1]


def code(text: str) -> str:
    """Text in the type of code; a bar would end the cell of a Markdown table."""
    return f"`{text}`".replace("|", "\\|") if text else ""


def markdown(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return (
        "\n".join(f"| {' | '.join(line)} |" for line in lines).replace("| --- ", "|---").replace("---|", "---|") + "\n"
    )


def xml(snippet: str) -> str:
    """A piece of XML, indented, without the attributes that only tools read."""
    root = etree.fromstring(snippet)
    etree.indent(root, "  ")
    return "```xml\n" + etree.tostring(root, encoding="unicode") + "\n```\n"


def sentence(code_: str, params: Mapping[str, t.Any]) -> str:
    """The English sentence of a finding or error."""
    return catalogue()[code_] % params


@cache
def catalogue() -> dict[str, str]:
    """All sentences of the two languages."""
    files = (ROOT / "app" / name / "translations/en/LC_MESSAGES/messages.po" for name in CODES)
    return {entry.msgid: entry.msgstr for file in files for entry in polib.pofile(str(file))}

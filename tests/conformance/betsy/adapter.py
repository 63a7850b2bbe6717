"""The texts of scripts and expressions in the models, in our language. Nothing else of a model is touched.

A script is one word. Most become a FEEL script that calls a function of the harness; one that lasts ten seconds becomes
a job. The functions and the jobs keep the trace.
"""

from __future__ import annotations

import re

from lxml import etree

from app.kernel.xml import bpmn, text, zeebe

LONG = frozenset(("WAIT_TEN_SECONDS", "CREATE_TIMESTAMP_LOG_1", "CREATE_TIMESTAMP_LOG_2"))
"""Scripts that last ten seconds of the clock."""
STARTED = "CREATE_LOG_FILE"
MARKER = "CREATE_MARKER_FILE"
_FEEL = {
    "INCREMENT_INTEGER_VARIABLE": ("=integerVariable + 1", "integerVariable"),
    "INCREMENT_INTEGER_VARIABLE_AND_LOG": ("=counted(integerVariable)", "integerVariable"),
    "SET_STRING_DATA": ('="String"', "data"),
    "LOG_DATA": ("=read_back(data)", "traced"),
    "THROW_ERROR": ('=failed("ERR_CODE")', "traced"),
}
_EXPRESSIONS = ("conditionExpression", "condition", "activationCondition", "loopCardinality", "loopCondition")
_CONTAINS = re.compile(r'(!?)\s*(\w+)\.contains\((".*?")\)\s*>?')


def adapted(xml: bytes) -> bytes:
    """A model with its scripts and expressions translated."""
    root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False))
    for task in root.iter(bpmn("scriptTask"), bpmn("globalScriptTask")):
        _script(task)
    for expression in root.iter(*map(bpmn, (*_EXPRESSIONS, "completionCondition"))):
        expression.text = feel(text(expression))
    return etree.tostring(root)


def feel(source: str) -> str:
    """An expression in FEEL: `test.contains("a")`, `${integerVariable}`, a comparison; a plain number stays."""
    plain = re.sub(r"^\$\{(.*)\}$", r"\1", source.strip())
    if re.fullmatch(r"-?\d*", plain):
        return plain
    found = _CONTAINS.fullmatch(plain)
    if found is None:
        return f"={plain}"
    contains = f"contains({found[2]}, {found[3]})"
    return f"=not({contains})" if found[1] else f"={contains}"


def _script(task: etree._Element) -> None:
    script = task.find(bpmn("script"))
    if script is None:
        return
    word = text(script)
    task.remove(script)
    extensions = etree.Element(bpmn("extensionElements"))
    task.insert(0, extensions)
    if word in LONG:
        etree.SubElement(extensions, zeebe("taskDefinition"), type=word)
    else:
        expression, variable = _FEEL.get(word, (f'=traced("{word}")', "traced"))
        etree.SubElement(extensions, zeebe("script"), expression=expression, resultVariable=variable)

"""Other spellings of what the Camunda 8 dialect can say, brought into its own, in memory and before anything is judged.

Only what means exactly the same is respelt here; what would need a guess is left for the lint to name.
"""

from __future__ import annotations

from lxml import etree

from app.kernel.xml import bpmn, text, zeebe

_EXPRESSIONS = ("conditionExpression", "completionCondition", "loopCondition", "condition", "activationCondition")
_CONSTANTS = frozenset(("true", "false"))
"""Every expression language has these two."""
_EMBEDDED = "camunda-forms:bpmn:"


def respell(root: etree._Element) -> None:
    """Bring the whole file into the spelling that everything else expects."""
    mark_feel(root)
    name_embedded_forms(root)


def mark_feel(root: etree._Element) -> None:
    """An expression may name its language as BPMN wants it, instead of beginning with `=`."""
    usual = root.get("expressionLanguage", "")
    for node in root.iter(*(bpmn(name) for name in _EXPRESSIONS)):
        written = text(node)
        is_feel = _is_feel(node.get("language", usual)) or written in _CONSTANTS
        if is_feel and written and not written.startswith("="):
            del node[:]
            node.text = f"={written}"


def _is_feel(language: str) -> bool:
    """The addresses differ by version: …/spec/FEEL/20140401, …/spec/DMN/20191111/FEEL/."""
    return "/FEEL" in language or language.casefold() == "feel"


def name_embedded_forms(root: etree._Element) -> None:
    """A form that lies in the process file gets an id of its own: the process, a colon, and its name there."""
    for process in root.iter(bpmn("process")):
        embedded = embedded_forms(process)
        for form in process.iter(zeebe("formDefinition")):
            name = form_id(process, form.get("formKey", "").removeprefix(_EMBEDDED))
            if form.get("formKey", "").startswith(_EMBEDDED) and name in embedded:
                del form.attrib["formKey"]
                form.set("formId", name)
                form.set("bindingType", "deployment")


def embedded_forms(process: etree._Element) -> dict[str, str]:
    """Form id → JSON of the forms that lie in a process (`zeebe:userTaskForm`)."""
    holder = process.find(bpmn("extensionElements"))
    found = holder.findall(zeebe("userTaskForm")) if holder is not None else []
    return {form_id(process, form.get("id", "")): text(form) for form in found}


def form_id(process: etree._Element, name: str) -> str:
    return f"{process.get('id', '')}:{name}"

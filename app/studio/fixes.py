"""What can be done about findings at a press. Each takes a drawing and returns it with one thing changed.

Only what cannot be wrong: nothing is guessed, and whoever presses sees the result before anybody follows it.
"""

import typing as t
from collections.abc import Callable

from lxml import etree

from app.errors import Invalid
from app.kernel.by_hand import PEOPLE, PROPERTY
from app.kernel.lint.foreign import is_meaningless
from app.kernel.reading import NotReadable, read
from app.kernel.xml import bpmn, kind, zeebe
from app.studio import drawing

ZEEBE_PREFIX = "zeebe"


def make_executable(root: etree._Element, process_id: str) -> None:
    """Mark one process as meant to run."""
    _process(root, process_id).set("isExecutable", "true")


def leave_to_people(root: etree._Element, process_id: str) -> None:
    """Let people do what the process leaves open, until it does not any more."""
    process = _process(root, process_id)
    process.set("isExecutable", "true")
    holder = process.find(bpmn("extensionElements"))
    if holder is None:
        holder = etree.Element(bpmn("extensionElements"), nsmap={ZEEBE_PREFIX: zeebe("")[1:-1]})
        first = sum(1 for child in process if kind(child) == "documentation")
        process.insert(first, holder)
    listed = holder.find(zeebe("properties"))
    if listed is None:
        listed = etree.SubElement(holder, zeebe("properties"), nsmap={ZEEBE_PREFIX: zeebe("")[1:-1]})
    for known in listed.findall(zeebe("property")):
        if known.get("name") == PROPERTY:
            listed.remove(known)
    etree.SubElement(listed, zeebe("property"), name=PROPERTY, value=PEOPLE)


def drop_settings(root: etree._Element, _element_id: str) -> None:
    """Take out settings of other engines that mean nothing here, such as how they store a process."""
    for node in list(root.iter("{*}*")):
        for name in list(node.attrib):
            if is_meaningless(etree.QName(name)):
                del node.attrib[name]
        parent = node.getparent()
        if parent is not None and kind(parent) == "extensionElements" and is_meaningless(etree.QName(node)):
            parent.remove(node)
            if not len(parent):
                t.cast(etree._Element, parent.getparent()).remove(parent)  # noqa: SLF001


_ACTS: dict[str, Callable[[etree._Element, str], None]] = {
    "executable": make_executable,
    "people": leave_to_people,
    "settings": drop_settings,
}
LAYOUT = "layout"
NAMES = (*_ACTS, LAYOUT)


def fix(name: str, source: bytes, element_id: str) -> bytes:
    """Return the drawing with one thing put right.

    :param element_id: the process it is about, for fixes that are about one.

    Raises Invalid for a file that cannot be read and for a process that is not there, Conflict when laying out takes
    too long.
    """
    try:
        root = read(source)
    except NotReadable as unreadable:
        raise Invalid(unreadable.finding.code, **unreadable.finding.params) from unreadable
    if name == LAYOUT:
        return drawing.draw(source, drawing.SECONDS)
    if name not in _ACTS:
        raise Invalid("studio.no_such_fix")
    _ACTS[name](root, element_id)
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8") + b"\n"


def _process(root: etree._Element, process_id: str) -> etree._Element:
    for process in root.iterchildren(bpmn("process")):
        if process.get("id") == process_id:
            return process
    raise Invalid("studio.no_such_process", id=process_id)

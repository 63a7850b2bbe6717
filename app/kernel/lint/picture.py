"""The picture of a diagram: does everything that is drawn have a place on it?

It decides nothing about running, so only drafts are judged by it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from lxml import etree

from app.kernel.findings import Finding
from app.kernel.lint.scope import remark
from app.kernel.xml import NODES, bpmn, executables, local

_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_COORDINATES = ("x", "y", "width", "height")


def file(root: etree._Element) -> Iterator[Finding]:
    """What of the executable processes cannot be seen."""
    placed = {local(shape.get("bpmnElement")): shape for shape in root.iter(f"{_DI}BPMNShape", f"{_DI}BPMNEdge")}
    for process in executables(root):
        drawn = list(process.iter(bpmn("sequenceFlow"), *(bpmn(name) for name in sorted(NODES))))
        missing = [node for node in drawn if node.get("id") not in placed]
        if drawn and len(missing) == len(drawn):
            yield remark("kernel.no_picture", process, "warning")
            continue
        for node in missing:
            yield remark("kernel.shape_missing", node, "warning")
        for node in drawn:
            shape = placed.get(node.get("id", ""))
            if shape is not None and not all(_is_placed(part) for part in shape.iter()):
                yield remark("kernel.shape_misplaced", node, "warning")


def _is_placed(part: etree._Element) -> bool:
    return all(_is_number(part.get(name, "0")) for name in _COORDINATES)


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False

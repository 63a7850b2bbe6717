"""Automatic layout: places the elements of a BPMN file lane by lane and draws the flows between them.

`layout` never changes anything but the diagram part of the file; `check` measures how readable a diagram is.
"""

from app.layout.check import check
from app.layout.errors import Defect, LayoutFailed
from app.layout.file import layout

__all__ = ["Defect", "LayoutFailed", "check", "layout"]

"""The shapes of compiled code."""

from collections.abc import Callable
from typing import TypeAlias

from app.feel.nodes import Node
from app.feel.scope import Root, Scope
from app.feel.values import FeelValue

Where: TypeAlias = Scope | Root
Closure: TypeAlias = Callable[[Where], FeelValue]
Test: TypeAlias = Callable[[Where, FeelValue], bool | None]
Compile: TypeAlias = Callable[[Node], Closure]
"""How the parts of a node are compiled: as they are, or watched for warnings."""

"""The shapes of compiled code."""

from collections.abc import Callable
from typing import TypeAlias

from app.feel.scope import Root, Scope
from app.feel.values import FeelValue

Where: TypeAlias = Scope | Root
Closure: TypeAlias = Callable[[Where], FeelValue]
Test: TypeAlias = Callable[[Where, FeelValue], bool | None]

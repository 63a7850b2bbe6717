"""Files that import one another (DMN 1.5 §6.3.3): found by namespace, compiled once, never in a circle."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import NamedTuple

from app.dmn import xml
from app.dmn.definitions import Definitions
from app.dmn.errors import DmnInvalid, Refusal
from app.dmn.parsing import Compiled, compile_definitions
from app.dmn.xml import Element


class Import(NamedTuple):
    """What a file wants of another one. `location` is the name of a file, as far as the modeller gave one."""

    namespace: str
    name: str
    location: str


class Header(NamedTuple):
    """What tells decision files apart and what they want of one another. The id of a file is optional in the
    standard; its name or namespace serves then.
    """

    id: str
    name: str
    namespace: str
    imports: tuple[Import, ...]


Find = Callable[[Import], bytes | None]
"""Gives the file that an import means, or nothing."""


def header(data: bytes) -> Header:
    """The head of a file, without compiling it. Raises DmnInvalid for what is no DMN file."""
    root = xml.read(data)
    name, namespace = xml.name_of(root), root.get("namespace") or ""
    imports = tuple(_read(one) for one in xml.children(root, "import") if xml.is_dmn(one.get("importType")))
    return Header(root.get("id") or name or namespace or "definitions", name, namespace, imports)


def _read(element: Element) -> Import:
    location = (element.get("locationURI") or "").rpartition("/")[2]
    return Import(element.get("namespace") or "", xml.name_of(element), location)


class Linker:
    """Compiles files together with what they import, each once."""

    def __init__(self, find: Find, functions: Iterable[str] | None = None) -> None:
        self._find = find
        self._functions = functions
        self._done: dict[str, Compiled] = {}
        self._compiling: list[str] = []

    def compile(self, data: bytes) -> Compiled:
        """The definitions with all findings. Raises DmnInvalid for what is no DMN file."""
        identity = hashlib.sha256(data).hexdigest()
        if identity not in self._done:
            self._compiling.append(identity)
            try:
                self._done[identity] = self._compiled(data)
            finally:
                self._compiling.pop()
        return self._done[identity]

    def _compiled(self, data: bytes) -> Compiled:
        known: dict[str, Definitions | Refusal] = {}
        for wanted in header(data).imports:
            imported = self._find(wanted)
            if imported is not None:
                known[wanted.namespace] = self._imported(imported)
        return compile_definitions(data, known, self._functions)

    def _imported(self, data: bytes) -> Definitions | Refusal:
        if hashlib.sha256(data).hexdigest() in self._compiling:
            return Refusal("dmn.import_circular")
        try:
            compiled = self.compile(data)
        except DmnInvalid:
            return Refusal("dmn.import_faulty")
        return Refusal("dmn.import_faulty") if compiled.errors else compiled.definitions

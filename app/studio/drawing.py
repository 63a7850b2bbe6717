"""Drawing a process by program, in a process of its own: it may take long, and it must be possible to stop it."""

import os
import subprocess
import sys
import tempfile
import threading
import typing as t
from pathlib import Path

from flask import Flask, current_app
from lxml import etree

from app.engine.drawn_names import labelled
from app.errors import Conflict, Invalid
from app.layout import LayoutFailed
from app.layout.file import parse
from app.people import Person
from app.studio import rights

ROOT = Path(__file__).parents[2]
SECONDS = 60.0
"""A large process takes a quarter of a minute; what takes longer than this is not worth waiting for at a screen."""
SHAPE = "{http://www.omg.org/spec/BPMN/20100524/DI}BPMNShape"


def init_app(app: Flask) -> None:
    """One drawing at a time per web process, because each takes a whole processor."""
    app.extensions["studio_drawing"] = threading.BoundedSemaphore(1)


def tidy(person: Person, source: str, *, seconds: float = SECONDS) -> str:
    """Return the same process, drawn afresh. Raises Invalid for what is no process, Conflict when it takes too long."""
    rights.require_writer(person)
    return draw(source.encode(), seconds).decode()


def drawn(source: bytes, *, seconds: float = SECONDS) -> bytes:
    """Return a process as the editor can open it: one without any shapes is drawn first."""
    return source if has_shapes(source) else draw(source, seconds)


def shown(source: bytes) -> str:
    """Return a process as people look at it: drawn, and on an English page with the English names it has."""
    return labelled(drawn(source)).decode()


def has_shapes(source: bytes) -> bool:
    return next(_root(source).iter(SHAPE), None) is not None


def draw(source: bytes, seconds: float) -> bytes:
    """Run the layout program on the file, for a limited time."""
    _root(source)
    turn: threading.BoundedSemaphore = current_app.extensions["studio_drawing"]
    if not turn.acquire(blocking=False):
        raise Conflict("studio.drawing_busy")
    try:
        return _run(source, seconds)
    finally:
        turn.release()


def _root(source: bytes) -> etree._Element:
    try:
        return parse(source)
    except LayoutFailed as failed:
        params: dict[str, t.Any] = failed.params
        raise Invalid(failed.code, **params) from failed


def _run(source: bytes, seconds: float) -> bytes:
    with tempfile.TemporaryDirectory(prefix="firstline-drawing-") as folder:
        given, done = Path(folder) / "given.bpmn", Path(folder) / "drawn.bpmn"
        given.write_bytes(source)
        command = [sys.executable, "-m", "app.layout", str(given), str(done)]
        environment = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
        try:
            # The exit code only says whether the drawing has defects; what counts is that there is one.
            subprocess.run(  # noqa: S603 (our own program, no shell)
                command, cwd=folder, env=environment, timeout=seconds, capture_output=True, check=False
            )
        except subprocess.TimeoutExpired as expired:
            raise Conflict("studio.drawing_too_long", seconds=round(seconds)) from expired
        if not done.exists():
            raise Invalid("studio.drawing_failed")
        return done.read_bytes()

"""Diagrams that run for ever, far too wide, or at no possible time, `notes/bpmn-in-the-wild.md` §5: an incident in words."""

from __future__ import annotations

import pytest

from app.kernel.reading import DEEPEST, MOST_NODES
from tests.hostile import drawings as draw
from tests.hostile.bounded import Bounds
from tests.kernel.draw import extension, file, flows, node, script, start, sub, timer, user
from tests.kernel.test_texts import catalogue


def quoted(text: str) -> str:
    return text.replace('"', "&quot;")


def several(inside: str) -> bytes:
    """A task for each of several."""
    loop = f"<multiInstanceLoopCharacteristics>{inside}</multiInstanceLoopCharacteristics>"
    return file(start() + user("a", loop) + flows("s a"))


def computed(expression: str) -> bytes:
    """A script that computes something."""
    return file(start() + script("a", "x", quoted(expression)) + user("u") + flows("s a u"))


def pause(text: str, kind: str = "timeDuration") -> bytes:
    """A wait for a time that is computed."""
    event = node("intermediateCatchEvent", "a", timer(f'="{text}"', kind))
    return file(start() + event + user("u") + flows("s a u"))


def nested(levels: int) -> bytes:
    """Sub-processes inside each other that lead to a task."""
    body = user("u")
    for level in range(levels):
        inner = f"a{level - 1}" if level else "u"
        body = sub(f"a{level}", start(f"s{level}") + body + flows(f"s{level} {inner}"))
    return file(start() + body + flows(f"s a{levels - 1}"))


FOR_EACH = extension('<zeebe:loopCharacteristics inputCollection="=many" inputElement="one"/>')
FOR_EVER = "<standardLoopCharacteristics><loopCondition>=true</loopCondition></standardLoopCharacteristics>"
SQUARED = "string join(for i in 1..100000 return string join(for j in 1..100000 return {}))"

STOPPED = {
    "a million rounds side by side": ("too_many_rounds", draw.rounds(1_000_000)),
    "a million rounds in a row": ("too_many_rounds", draw.rounds(1_000_000, "true")),
    "a round for each of too many": ("too_many_rounds", several(FOR_EACH)),
    "fewer rounds than none": ("not_a_number", several("<loopCardinality>=0 - 1</loopCardinality>")),
    "an endless circle": (
        "too_many_steps",
        file(start() + node("exclusiveGateway", "m") + script("a", "n", "=1") + flows("s m a m")),
    ),
    "an endless loop of one step": (
        "too_many_steps",
        file(start() + script("a", "n", "=1").replace("</scriptTask>", f"{FOR_EVER}</scriptTask>") + flows("s a")),
    ),
    "a script without an end": ("expression_failed", computed("=count(for i in 1..10000000000 return i)")),
    "a text of ten billion characters": ("expression_failed", computed("=" + SQUARED.format('"x"'))),
    "no time": ("bad_time", pause("soon")),
    "a time that is empty": ("bad_time", pause("")),
    "a time before itself": ("bad_time", pause("-PT1H")),
    "a time longer than all calendars": ("bad_time", pause("P999999999Y")),
    "a day that does not exist": ("bad_time", pause("2026-02-30T00:00:00Z", "timeDate")),
    "a day of the year 10000": ("bad_time", pause("10000-01-01T00:00:00Z", "timeDate")),
    "a rhythm without a pause": ("bad_time", pause("R/PT0S", "timeCycle")),
}

GOES_ON = {
    "as many tasks at once as one command makes": (4_900, draw.rounds(4_900)),
    "a fork into 3,000 branches": (3_000, draw.fan(3_000)),
    f"the first of {MOST_NODES} steps": (1, draw.chain(MOST_NODES)),
    f"{DEEPEST} sub-processes inside each other": (1, nested(DEEPEST)),
}


@pytest.mark.parametrize("name", STOPPED)
def test_what_cannot_end_well_is_an_incident_with_a_sentence(name: str, bounds: Bounds) -> None:
    code, content = STOPPED[name]
    found = bounds.run("tests.hostile.judging:run", content)
    ((element, said, params),) = found["incidents"]
    assert (element in "am", said) == (True, f"kernel.{code}")
    for language in ("en", "zh"):
        assert catalogue(language)[said] % {"place": "", **params}


@pytest.mark.parametrize("name", GOES_ON)
def test_what_is_only_large_runs(name: str, bounds: Bounds) -> None:
    waiting, content = GOES_ON[name]
    found = bounds.run("tests.hostile.judging:run", content)
    assert (found["incidents"], found["waiting"]) == ([], waiting)


def test_a_time_that_has_passed_is_no_mistake(bounds: Bounds) -> None:
    found = bounds.run("tests.hostile.judging:run", pause("2020-01-01T00:00:00Z", "timeDate"))
    assert (found["incidents"], found["waiting"]) == ([], 1)

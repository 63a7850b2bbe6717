"""States that earlier programs wrote load, advance and finish as they did when they were recorded."""

from pathlib import Path

import pytest

from app.kernel import codec, migrate
from tests.golden.playing import play_on, waits_of
from tests.golden.record import folder, load, recordings

LETTERS = "ph v x ls le tr bye after fin w h l es m i in got next over at c todo sk undo undoes"
KINDS = "user job call timer msg sig cond adhoc scope loop comp spent"
"""What `codec` says may stand in the memo of a token, and in a wait of it."""
COMMAND = "run `make golden` and commit what it writes"
RECORDED = [(version, *one) for version in range(1, codec.VERSION + 1) for one in recordings(version)]


@pytest.mark.parametrize(
    ("version", "path", "diagram", "states"),
    RECORDED,
    ids=[f"v{version}/{path.stem}" for version, path, *_ in RECORDED],
)
def test_a_recorded_state_goes_on_where_it_stood(version: int, path: Path, diagram: bytes, states: list) -> None:
    for state in states:
        kernel = load(state, diagram)
        # The rows in the database were written from these waits, and the next ones are the difference to them.
        assert waits_of(kernel) == state["waits"]
        if version == codec.VERSION:
            assert kernel.dump() == state["blob"]
        there = migrate(kernel, kernel.model)
        assert there.findings == ()
        assert there.kernel is not None
        assert there.kernel.dump() == kernel.dump()
        assert play_on(kernel) == state["outcome"]


def test_every_codec_version_is_recorded() -> None:
    for version in range(1, codec.VERSION + 1):
        assert list(folder(version).glob("*.json")), f"Codec version {version} has no recorded states: {COMMAND}."


def test_recordings_hold_every_kind_of_wait_and_phase() -> None:
    states = [state for _, _, states in recordings() for state in states]
    waits = {wait[0] for state in states for wait in state["waits"]}
    assert waits >= {"UserWait", "JobWait", "CallWait", "TimerWait", "MessageWait", "SignalWait"}
    letters = {letter for state in states for token in state["blob"]["t"] for letter in token[4]}
    assert letters == set(LETTERS.split())
    kinds = {memo["k"] for state in states for token in state["blob"]["t"] for memo in token[4].get("w", ())}
    assert kinds == set(KINDS.split())

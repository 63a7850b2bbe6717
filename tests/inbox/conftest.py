"""The inbox is tried in the small company."""

import pytest

from tests.company_fixtures import As, browse, clock, company, database, play, postgres_company, sqlite_company
from tests.inbox.scene import hand_in
from tests.play import Play

__all__ = ["As", "browse", "clock", "company", "database", "play", "postgres_company", "sqlite_company"]


@pytest.fixture
def slip(play: Play) -> int:
    """A handset at the counter of HZ1: its slip waits for the receptionists. Returns the task's key."""
    hand_in(play)
    return play.task("s020_fill_slip").key

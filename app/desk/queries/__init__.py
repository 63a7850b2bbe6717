"""Reading cases: one case's whole story, lists and searches, and what a device or customer went through before."""

from app.desk.queries.listing import CaseRow, cases_of, search
from app.desk.queries.story import Decision, Story, story, story_of
from app.desk.queries.timeline import Entry
from app.desk.queries.visible import may_see_case, visible_cases

__all__ = [
    "CaseRow",
    "Decision",
    "Entry",
    "Story",
    "cases_of",
    "may_see_case",
    "search",
    "story",
    "story_of",
    "visible_cases",
]

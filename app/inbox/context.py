"""Customer and device at a glance: who it is for, what it is about, and whether it is free, with the reasons."""

import dataclasses

import sqlalchemy as sa

from app import i18n
from app.db import db
from app.desk import queries, verdict
from app.desk.models import Case
from app.desk.pages.case_view import Event, events
from app.errors import NotFound
from app.people.person import Person


@dataclasses.dataclass(frozen=True)
class Glance:
    """What stands beside the form, and the story of the case, newest first."""

    story: queries.Story
    verdict: verdict.Verdict | None
    earlier: int

    @property
    def case(self) -> Case:
        return self.story.case

    @property
    def internal(self) -> bool:
        """Whether it is a matter of the house itself, with neither customer nor device."""
        case = self.case
        return case.customer_id is None and case.contact_id is None and case.asset_id is None and not case.serial_no

    @property
    def unit(self) -> str:
        """Name of the unit that answers now."""
        return self.story.unit.name if self.story.unit else ""

    @property
    def customer(self) -> str:
        known = self.case.customer
        return i18n.localised({"zh": known.name, "en": known.name_en or ""}) if known else ""

    @property
    def device(self) -> str:
        asset = self.case.asset
        if asset is None:
            return ""
        return i18n.localised({"zh": asset.product.name, "en": asset.product.name_en or ""}, asset.product.model)

    @property
    def events(self) -> list[Event]:
        return list(events(self.story, ""))


def glance(person: Person, case_id: int | None) -> Glance | None:
    """Return what is known of a case; None for work without a case, or with one the person may not see."""
    if case_id is None:
        return None
    try:
        story = queries.story_of(person, case_id)
    except NotFound:
        return None
    return Glance(story, verdict.of_case(story), _earlier(story.case))


def _earlier(case: Case) -> int:
    """How often the same device was here before."""
    if case.asset_id is None:
        return 0
    query = sa.select(sa.func.count()).where(Case.asset_id == case.asset_id, Case.request_time < case.request_time)
    return int(db.session.execute(query).scalar_one())

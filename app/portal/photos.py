"""Photos that customers add to their case."""

import sqlalchemy as sa

from app import clock, engine
from app.db import db, transaction
from app.desk.links import HOLDER
from app.desk.models import Case, CustomerLink
from app.engine.models import Attachment
from app.errors import Conflict, Invalid, NotFound
from app.portal.pictures import cleaned

MOST = 12
"""Photos a customer may add to one case."""
MOST_BYTES = 12_000_000


def photos_of(case_id: int) -> list[Attachment]:
    """Return the photos that came through links, oldest first; taken-off ones are gone."""
    query = sa.select(Attachment).where(
        Attachment.case_id == case_id, Attachment.added_by == HOLDER, Attachment.removed_at.is_(None)
    )
    return list(db.session.scalars(query.order_by(Attachment.key)))


def photo(case_id: int, key: int) -> Attachment:
    """Return one of them. Raises NotFound for files of other cases and for those that staff have added."""
    found = db.session.get(Attachment, key)
    if found is None or (found.case_id, found.added_by, found.removed_at) != (case_id, HOLDER, None):
        raise NotFound("engine.no_such_attachment", key=key)
    return found


def add(link: CustomerLink, content: bytes) -> Attachment:
    """Add a photo, without what the camera wrote into it. Raises Invalid, and Conflict when there is no room."""
    if len(content) > MOST_BYTES:
        raise Invalid("portal.photo_large", most=MOST_BYTES // 1_000_000)
    clean, suffix = cleaned(content)
    with transaction() as session:
        case = session.get(Case, link.case_id, with_for_update=True, populate_existing=True)
        if case.closed_at is not None:
            raise Conflict("portal.case_closed")
        # Taken-off photos count as well, so that nobody fills the store by way of somebody who tidies up.
        sent = session.scalar(
            sa.select(sa.func.count()).where(Attachment.case_id == case.id, Attachment.added_by == HOLDER)
        )
        if sent >= MOST:
            raise Conflict("portal.enough_photos", most=MOST)
        session.get(CustomerLink, link.id, populate_existing=True).used_at = clock.now()
        return engine.attach_from_outside(session, case.id, f"photo-{sent + 1}{suffix}", clean, by=HOLDER)

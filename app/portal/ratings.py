"""How satisfied a customer was: stars and a sentence, once per case, after it was closed."""

from collections.abc import Mapping

from app import clock
from app.db import transaction
from app.desk import ratings
from app.desk.models import Case, CustomerLink, ServiceRating
from app.errors import Conflict, Invalid
from app.people import audit

STARS = ("1", "2", "3", "4", "5")
LONGEST_COMMENT = 1000


def rate(link: CustomerLink, form: Mapping[str, str]) -> ServiceRating:
    """Keep a rating and write it into the case. Raises Invalid for wrong fields, Conflict for a second one."""
    stars, comment = form.get("stars", ""), form.get("comment", "").strip()
    if stars not in STARS:
        raise Invalid("portal.check_fields", fields={"stars": [("portal.choose_stars", {})]})
    if len(comment) > LONGEST_COMMENT:
        raise Invalid("portal.check_fields", fields={"comment": [("portal.too_long", {"most": LONGEST_COMMENT})]})
    with transaction() as session:
        case = session.get(Case, link.case_id, with_for_update=True, populate_existing=True)
        if case.closed_at is None:
            raise Conflict("portal.rate_later")
        if session.get(ServiceRating, case.id) is not None:
            raise Conflict("portal.rated_already")
        now = clock.now()
        rating = ServiceRating(
            case_id=case.id, stars=int(stars), comment=comment or None, link_id=link.id, rated_at=now
        )
        session.add(rating)
        session.get(CustomerLink, link.id, populate_existing=True).used_at = now
        case.satisfaction = stars
        session.flush()
        audit.record(
            session, None, "portal:case:rated", f"case:{case.id}", comment, {"stars": int(stars)}, case_id=case.id
        )
        ratings.follow_up(session, case, rating)
    return rating

"""The register of what customers gave for closed cases."""

import sqlalchemy as sa

from app.desk import ratings, search_keys
from app.desk.lookup import customers_by
from app.desk.models import Case, ServiceRating
from app.desk.queries.visible import visible_cases
from app.desk.registers.columns import Moment, Prose, Whole
from app.desk.registers.register import Register
from app.desk.registers.stock import CASE
from app.i18n import lazy_text as _l
from app.people.person import Person


def _visible(person: Person) -> sa.ColumnElement[bool]:
    return ServiceRating.case_id.in_(sa.select(Case.id).where(visible_cases(person)))


def _found(text: str) -> list[sa.ColumnElement[bool]]:
    """By the number of the case and by the customer."""
    customers = customers_by(search_keys.named, text)
    ways = (Case.case_no == text.upper(), Case.customer_id.in_(customers))
    return [ServiceRating.case_id.in_(sa.union_all(*(sa.select(Case.id).where(one) for one in ways)))]


def _bad() -> sa.ColumnElement[bool]:
    return ServiceRating.stars <= ratings.BAD


RATINGS = Register(
    id="ratings",
    model=ServiceRating,
    title=_l("Ratings"),
    one=_l("Rating"),
    about=_l("Stars and words that customers gave for closed cases through their link."),
    icon="star",
    columns=(
        Moment(name="rated_at", label=_l("Given")),
        Whole(name="stars", label=_l("Stars"), written=False),
        Prose(name="comment", label=_l("Words of the customer"), written=False),
        CASE,
    ),
    key=("case_id",),
    names=(),
    listed=("rated_at", "stars", "comment", "case_id"),
    searched=("comment",),
    search=_found,
    views={
        "bad": (_l("one or two stars"), _bad),
        "good": (_l("three stars and more"), lambda: sa.not_(_bad())),
        "words": (_l("with words"), lambda: ServiceRating.comment.is_not(None)),
    },
    order=("rated_at",),
    newest_first=True,
    adds=False,
    scope=_visible,
)

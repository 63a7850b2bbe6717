"""The portal is tested in the company, by customers with nothing but a link."""

import dataclasses
import typing as t

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.db import db
from app.desk import links
from app.desk.models import Case, CustomerLink
from tests import outlet
from tests.company import Company
from tests.company_fixtures import browse, clock, company, database, play, postgres_company, sqlite_company
from tests.play import Play

__all__ = ["browse", "clock", "company", "database", "play", "postgres_company", "sqlite_company"]


@dataclasses.dataclass
class Holder:
    """Somebody who holds a link and a telephone."""

    client: FlaskClient
    address: str
    link: CustomerLink

    def open(self, **headers: str) -> t.Any:
        return self.client.get(self.address, headers={"Accept-Language": "en", **headers})

    def send(self, act: str, **form: t.Any) -> t.Any:
        return self.client.post(
            f"{self.address}/{act}", data=form, headers={"Accept-Language": "en"}, content_type="multipart/form-data"
        )

    def reread(self) -> CustomerLink:
        db.session.rollback()
        found = db.session.get(CustomerLink, self.link.id, populate_existing=True)
        assert found is not None
        return found


@pytest.fixture
def case(play: Play) -> Case:
    """A handset out of warranty whose repair was quoted; the quotation has been handed over."""
    case_id = play.start("repair_quotation_payment", "analyst", **outlet.QUOTE, unit="HZ1")
    outlet.quoted(play)
    return play.case(case_id)


@pytest.fixture
def holder(company: Company, play: Play, case: Case) -> t.Callable[..., Holder]:
    """Gives a customer a link for a purpose, by way of the receptionist."""

    def give(purpose: str, of: Case | None = None) -> Holder:
        company.app.config["WTF_CSRF_ENABLED"] = False
        link = links.give(company.person("agent"), (of or case).case_no, purpose)
        client = company.app.test_client()
        client.environ_base["HTTP_ACCEPT"] = "text/html"
        return Holder(client, f"/p/{links.token_of(link)}", link)

    return give


def all_of(model: type[t.Any]) -> list[t.Any]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(model).execution_options(populate_existing=True)))

"""However many customers there are, no search of them reads a whole table."""

from collections.abc import Callable

import sqlalchemy as sa

from app.db import db
from app.desk import lookup, merging, queries
from app.desk.models import Customer
from app.desk.registers import listing
from app.desk.registers.catalogue import REGISTERS
from app.desk.registers.listing import Wanted
from app.people.person import Person
from tests.company import Company
from tests.conftest import both_databases
from tests.plans import read_whole, scan_of

TABLES = ("customer", "contact", "asset", "search_key", "case")
TEXTS = ("海星", "star", "0571-8888 0000", "8888 0000", "EC900A100", "A100", "RO-20240603-0001")
SOMEBODY = sa.select(Customer).where(Customer.name == "李娜")


def register(name: str) -> Callable[[Person, str], object]:
    return lambda person, text: listing.page(person, REGISTERS[name], Wanted(text))


ASKS: dict[str, Callable[[Person, str], object]] = {
    "finder": lookup.find,
    "cases": queries.search,
    "doubles": lambda _person, _text: merging.suspects(db.session.scalars(SOMEBODY).one()),
    **{name: register(name) for name in ("customers", "contacts", "devices")},
}


@both_databases
def test_no_search_reads_a_whole_table(company: Company) -> None:
    administrator = company.person("administrator")
    found = {
        (what, text): whole
        for what, ask in ASKS.items()
        for text in TEXTS
        if (whole := read_whole(lambda ask=ask, text=text: ask(administrator, text), whole_scans, forced=True))
    }
    assert found == {}


def whole_scans(steps: list[str]) -> list[str]:
    return [step for step in steps if scan_of(step, TABLES)]

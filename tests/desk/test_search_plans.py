"""However many customers there are, no search of them reads a whole table."""

import typing as t
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
        if (whole := read_whole(lambda ask=ask, text=text: ask(administrator, text)))
    }
    assert found == {}


def read_whole(ask: Callable[[], object]) -> list[str]:
    """Steps of the plans that read a table from end to end though an index was there to be used."""
    sent: list[tuple[str, t.Any]] = []

    def on_execute(_conn: object, _cursor: object, statement: str, parameters: t.Any, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            sent.append((statement, parameters))

    sa.event.listen(db.engine, "before_cursor_execute", on_execute)
    ask()
    sa.event.remove(db.engine, "before_cursor_execute", on_execute)
    assert sent
    return [step for statement, parameters in sent for step in whole_scans(statement, parameters)]


def whole_scans(statement: str, parameters: t.Any) -> list[str]:
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        # The tables of the test are small; without this every plan would read them from end to end.
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        steps = [str(row[-1]) for row in connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)]
        return [step for step in steps for table in TABLES if f"Seq Scan on {table} " in step.replace(chr(34), "")]
    steps = [str(row[-1]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    return [step for step in steps if step.startswith("SCAN") and step.split()[1] in TABLES and "INDEX" not in step]

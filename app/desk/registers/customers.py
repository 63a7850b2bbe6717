"""The registers of customers and of the people to talk to there."""

import typing as t
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from app import clock
from app.desk import phones, search_keys, words
from app.desk.lookup import customers_by, phone_form
from app.desk.models import ANONYMOUS, Contact, Customer
from app.desk.registers.columns import Choice, Column, Flag, Mail, Moment, Phone, Reference
from app.desk.registers.naming import CHUNK, Naming, localised
from app.desk.registers.register import Change, Detail, Register, Row
from app.i18n import LANGUAGES
from app.i18n import lazy_text as _l
from app.people.person import Person

BETWEEN = " / "
"""Between name and number of a customer where another record names one; a name alone may be two people's."""


def _not_merged(_person: Person) -> sa.ColumnElement[bool]:
    return sa.and_(Customer.merged_into.is_(None), Customer.kind != ANONYMOUS)


def _of_kept_customers(_person: Person) -> sa.ColumnElement[bool]:
    """A merged customer keeps only contacts whom the kept one has as well."""
    return ~sa.exists().where(Customer.id == Contact.customer_id, Customer.merged_into.is_not(None))


def _by_number_or_contact(text: str) -> list[sa.ColumnElement[bool]]:
    """Customers whose number, or whose contact's, is the text in any spelling or ends with it, or who are called so."""
    ways: list[t.Any] = [customers_by(search_keys.named, text)]
    if len(end := phone_form(text)) >= search_keys.LEAST_DIGITS:
        ways.append(customers_by(search_keys.ends, end))
    if numbers := phones.meant(text):
        ways.append(sa.select(Customer.id).where(Customer.phone.in_(numbers)))
        ways.append(sa.select(Contact.customer_id).where(Contact.phone.in_(numbers)))
    # One list of row numbers: of a disjunction PostgreSQL would read the whole table.
    return [Customer.id.in_(sa.union_all(*ways))]


def _contacts(text: str) -> list[sa.ColumnElement[bool]]:
    """Contacts by a beginning within their name or address of mail, and by their number."""
    ways: list[t.Any] = [sa.select(search_keys.named(Contact, text).subquery().c.owner_id)]
    if len(end := phone_form(text)) >= search_keys.LEAST_DIGITS:
        ways.append(sa.select(search_keys.ends(Contact, end).subquery().c.owner_id))
    if numbers := phones.meant(text):
        ways.append(sa.select(Contact.id).where(Contact.phone.in_(numbers)))
    return [Contact.id.in_(sa.union_all(*ways))]


def _rules(session: t.Any, _person: Person, changes: Sequence[Change]) -> None:
    """A name with the same number belongs to one customer, however the name is written."""
    numbers = sorted({one.get("phone") for one in changes if one.get("phone")})
    there: dict[tuple[str, str], int] = {}
    for start in range(0, len(numbers), CHUNK):
        query = sa.select(Customer.name, Customer.phone, Customer.id).where(
            Customer.phone.in_(numbers[start : start + CHUNK]), Customer.merged_into.is_(None)
        )
        there |= {(name.casefold(), phone): key for name, phone, key in session.execute(query)}
    for one in changes:
        known = there.get((one.get("name").casefold(), one.get("phone")))
        if known is not None and (one.old is None or one.old.id != known):
            one.wrong("name", "desk.customer_known", name=one.get("name"))


def _spelled(row: Row) -> str:
    return BETWEEN.join(filter(None, (row.name, row.phone)))


def _found(session: t.Any, texts: Sequence[str]) -> Mapping[str, Sequence[Row]]:
    """A customer is named by name and number, by either alone where that is enough, or by the English name."""
    parts = {text: text.rpartition(BETWEEN) if BETWEEN in text else (text, "", "") for text in texts}
    rows: dict[int, Row] = {}
    for start in range(0, len(texts), CHUNK):
        chunk = texts[start : start + CHUNK]
        names = [*chunk, *(parts[text][0] for text in chunk)]
        numbers = [phone_form(text) for text in chunk]
        query = sa.select(Customer).where(
            Customer.merged_into.is_(None),
            sa.or_(Customer.name.in_(names), Customer.name_en.in_(names), Customer.phone.in_(filter(None, numbers))),
        )
        rows |= {row.id: row for row in session.scalars(query)}
    return {text: [row for row in rows.values() if _is(row, text, *parts[text])] for text in texts}


def _is(row: Row, text: str, name: str, between: str, number: str) -> bool:
    if between:
        return name in {row.name, row.name_en} and row.phone == phone_form(number)
    return text in {row.name, row.name_en} or (bool(row.phone) and row.phone == phone_form(text))


KINDS = {code: word for code, word in words.KINDS.items() if code != ANONYMOUS}
CUSTOMERS = Register(
    id="customers",
    subject="customer",
    model=Customer,
    title=_l("Customers"),
    one=_l("Customer"),
    about=_l("Companies and persons we serve. Whoever answers first sees all of them."),
    icon="users",
    columns=(
        Column(name="name", label=_l("Customer's name"), required=True),
        Column(name="name_en", label=_l("English name")),
        Choice(name="kind", label=_l("Kind"), words=KINDS, blank="person"),
        Choice(name="customer_class", label=_l("Class"), words=words.CLASSES, blank="standard"),
        Phone(
            name="phone", label=_l("Telephone"), required=True,
            hint=_l("In any spelling; it is found by its digits, also with one digit wrong."),
        ),
        Column(name="fax", label=_l("Fax"), longest=30),
        Column(name="address", label=_l("Address"), longest=300),
        Column(name="area", label=_l("District"), longest=60),
        Column(name="website", label=_l("Website")),
        Column(name="industry", label=_l("Industry"), longest=80),
        Column(name="org_structure", label=_l("Organisation"), longest=300),
        Column(name="credit_note", label=_l("Credit note"), longest=300),
        Flag(name="uses_our_products", label=_l("Uses our products")),
        Flag(name="is_potential", label=_l("Prospect")),
        Flag(name="duplicate_flag", label=_l("Perhaps on file twice")),
        Moment(name="first_seen", label=_l("Known since")),
    ),
    key=("name", "phone"),
    names=("name",),
    listed=("name", "kind", "customer_class", "phone", "address", "area"),
    searched=(),
    search=_by_number_or_contact,
    filters=("kind", "customer_class", "duplicate_flag"),
    order=("name",),
    scope=_not_merged,
    rules=_rules,
    fresh=lambda: {"first_seen": clock.now()},
    details=(Detail("contacts", "customer_id"), Detail("devices", "customer_id"), Detail("contracts", "customer_id")),
    cases="customer_id",
    template="desk/customer.html",
)  # fmt: skip
CUSTOMER_NAMING = Naming(Customer, _spelled, lambda row: localised(row, ("name",)), _found)

CONTACTS = Register(
    id="contacts",
    subject="contact",
    model=Contact,
    title=_l("Contacts"),
    one=_l("Contact"),
    about=_l("The people to talk to at a customer; every notice goes to one of them."),
    icon="user",
    columns=(
        Reference(name="customer_id", label=_l("Customer"), to="customers", required=True),
        Column(name="name", label=_l("Name"), required=True, longest=120),
        Phone(name="phone", label=_l("Telephone")),
        Mail(name="email", label=_l("E-mail")),
        Column(name="position", label=_l("Position"), longest=80),
        Column(name="address", label=_l("Address"), longest=300),
        Choice(name="preferred_channel", label=_l("Reached by"), words=words.REACHED_BY, blank="phone"),
        Choice(name="language", label=_l("Language of letters"), words=LANGUAGES),
    ),
    key=("customer_id", "name", "phone"),
    names=("name",),
    listed=("name", "customer_id", "phone", "email", "position", "preferred_channel"),
    searched=(),
    search=_contacts,
    filters=("preferred_channel",),
    order=("name",),
    scope=_of_kept_customers,
)

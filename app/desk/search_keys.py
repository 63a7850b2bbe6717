"""Finding customers, contacts and devices by a part of a name or the last digits of a number.

Names are found by any beginning within them: of a word, and of any Chinese character, which stands for a word. Numbers
are found whole, by their beginning and by their end. Keys are written with the records, whoever writes them.
"""

import re
import typing as t
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

import sqlalchemy as sa

from app.db import db
from app.desk.models import Asset, Contact, Customer, SearchKey
from app.desk.models.search import LONGEST_KEY
from app.engine.models import table_of

LEAST_DIGITS = 4
"""So many characters of the end of a number say something."""
MOST = 200
"""Keys read for one text; whoever means one of more types on."""
END = "<"
"""Begins the key of a number written backwards."""
LAST = "\U0010ffff"
CHINESE = re.compile(r"[\u3400-\u9fff]")
WORDS: Mapping[type[t.Any], tuple[tuple[str, ...], tuple[str, ...]]] = {
    Customer: (("name", "name_en"), ("phone",)),
    Contact: (("name", "email"), ("phone",)),
    Asset: ((), ("serial_no", "imei")),
}
"""Attributes that are names, and those that are numbers in their stored form."""


def plain(text: str) -> str:
    """Return a text as keys are compared: one width and case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def beginnings(name: str) -> Iterator[str]:
    """Return the keys of a name: what follows the beginning of each word and each Chinese character."""
    text = plain(name)
    before = " "
    for place, character in enumerate(text):
        if CHINESE.match(character) or (character.isalnum() and (not before.isalnum() or CHINESE.match(before))):
            yield text[place : place + LONGEST_KEY]
        before = character


def ending(number: str) -> str:
    """Return the key of a number, or of its end."""
    return END + plain(number)[::-1][: LONGEST_KEY - 1]


def keys_of(row: t.Any) -> set[str]:
    """Return everything a record is found by."""
    names, numbers = WORDS[type(row)]
    found = {key for name in names if (value := getattr(row, name)) for key in beginnings(value)}
    return found | {ending(value) for name in numbers if (value := getattr(row, name)) and len(value) >= LEAST_DIGITS}


def owners(model: type[t.Any], key: str) -> sa.Select[int]:
    """Select the records of a table that have a key with this beginning, at most some hundred."""
    key = key[:LONGEST_KEY]
    query = sa.select(SearchKey.owner_id).where(
        SearchKey.kind == model.__tablename__, SearchKey.text >= key, SearchKey.text < key + LAST
    )
    return query.order_by(SearchKey.text).limit(MOST)


def named(model: type[t.Any], text: str) -> sa.Select[int]:
    """Select the records with a name in which a text begins something."""
    return owners(model, plain(text))


def called(model: type[t.Any], name: str) -> sa.Select[int]:
    """Select the records with a name, or a part of one, that may be this one as a whole; the caller compares."""
    key = next(beginnings(name), plain(name)[:LONGEST_KEY])
    return sa.select(SearchKey.owner_id).where(SearchKey.kind == model.__tablename__, SearchKey.text == key)


def ends(model: type[t.Any], number: str) -> sa.Select[int]:
    """Select the records one of whose numbers, in the stored form, has this end."""
    return owners(model, ending(number))


def init_sessions() -> None:
    """Write keys whenever records are flushed; once per process, however many apps it makes."""
    if not sa.event.contains(db.session, "after_flush", _flushed):
        sa.event.listen(db.session, "after_flush", _flushed)


def _flushed(session: t.Any, _context: object) -> None:
    new = [row for row in session.new if type(row) in WORDS]
    changed = [row for row in session.dirty if type(row) in WORDS and _found_otherwise(row)]
    gone = [row for row in session.deleted if type(row) in WORDS]
    for model in {type(row) for row in (*changed, *gone)}:
        ids = [row.id for row in (*changed, *gone) if type(row) is model]
        mine = (SearchKey.kind == model.__tablename__, SearchKey.owner_id.in_(ids))
        session.execute(sa.delete(SearchKey).where(*mine), execution_options={"synchronize_session": False})
    write(session, (*new, *changed))


def write(session: t.Any, records: Iterable[t.Any]) -> None:
    """Write the keys of records that have none, in one statement."""
    rows = [
        {"kind": row.__tablename__, "text": key, "owner_id": row.id} for row in records for key in sorted(keys_of(row))
    ]
    if rows:
        session.connection().execute(sa.insert(table_of(SearchKey)), rows)


def _found_otherwise(row: t.Any) -> bool:
    state = sa.inspect(row)
    return any(state.attrs[name].history.has_changes() for names in WORDS[type(row)] for name in names)

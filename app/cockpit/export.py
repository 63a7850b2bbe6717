"""The list as a spreadsheet: the rows that fit and the columns that are shown, read page by page."""

import csv
import dataclasses
import io
import typing as t
from collections.abc import Iterator

from app.cockpit import listing
from app.cockpit.columns import cell, column_names
from app.cockpit.selection import Selection
from app.desk.registers.sheets import CSV, MEDIA_TYPES, XLSX, harmless, written
from app.errors import Invalid
from app.people.person import Person

CHUNK = 200
MOST = {CSV: 1_000_000, XLSX: 50_000}
"""Rows of one file; an XLSX file is packed as a whole before its first byte can be sent."""
FORMS = tuple(MEDIA_TYPES)


def lines(person: Person, chosen: Selection) -> Iterator[list[str]]:
    """Return the headings and then the rows, in the order of the list and from its beginning."""
    names = column_names()
    yield [names[column] for column in chosen.columns]
    page = dataclasses.replace(chosen, after=None, before=None)
    while True:
        found = listing.listed(person, page, limit=CHUNK, count_up_to=1)
        yield from ([cell(column, row) for column in chosen.columns] for row in found.rows)
        if found.page.after is None:
            return
        page = dataclasses.replace(page, after=found.page.after)


def as_csv(person: Person, chosen: Selection) -> Iterator[bytes]:
    """Return a CSV file in pieces, so that the first rows arrive at once, however many there are."""
    # The mark at the beginning tells Excel that this is UTF-8; without it Chinese becomes rubbish.
    yield b"\xef\xbb\xbf"
    target = io.StringIO()
    writer = csv.writer(target)
    for number, line in enumerate(lines(person, chosen)):
        writer.writerow([harmless(one) for one in line])
        if number % CHUNK == 0:
            yield _taken(target)
    yield _taken(target)


def _taken(target: io.StringIO) -> bytes:
    said = target.getvalue()
    target.seek(0)
    target.truncate()
    return said.encode()


def as_xlsx(person: Person, chosen: Selection) -> bytes:
    """Return an XLSX file. Raises Invalid for more rows than it is fit for."""
    most = MOST[XLSX]
    if listing.number(person, chosen, most + 1) > most:
        raise Invalid("cockpit.too_many_for_xlsx", limit=most)
    return written(XLSX, t.cast(t.Any, lines(person, chosen)))

"""Reading and writing spreadsheets: CSV and XLSX, harmless for whoever opens them, bounded for whoever sends them."""

import csv
import datetime as dt
import io
import typing as t
import zipfile
from collections.abc import Iterable, Iterator, Sequence

from app.errors import Invalid

MOST_ROWS = 5_000
MOST_COLUMNS = 100
MOST_CELL = 8_000
MOST_UNPACKED = 64 * 1024 * 1024
"""Bytes that an XLSX file may unpack to; a small file can hold a very large one."""
CSV, XLSX = "csv", "xlsx"
MEDIA_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""With these a spreadsheet program begins to calculate."""
Line = tuple[int, list[str]]


def written(form: str, rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as a file."""
    return _as_csv(rows) if form == CSV else _as_xlsx(rows)


def lines(name: str, content: bytes) -> list[Line]:
    """Return the filled lines of a file with their numbers, the heading first. Raises Invalid for what is no sheet."""
    found: list[Line] = []
    for number, cells in _of_xlsx(content) if content[:2] == b"PK" else _of_csv(name, content):
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        if len(found) > MOST_ROWS:
            raise Invalid("desk.sheet_too_long", limit=MOST_ROWS)
        if len(cells) > MOST_COLUMNS or any(len(cell) > MOST_CELL for cell in cells):
            raise Invalid("desk.sheet_too_wide", columns=MOST_COLUMNS, characters=MOST_CELL)
        found.append((number, cells))
    return found


def harmless(text: str) -> str:
    """Return a text that no spreadsheet program takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _as_csv(rows: Iterable[Sequence[str]]) -> bytes:
    target = io.StringIO()
    csv.writer(target).writerows([harmless(cell) for cell in row] for row in rows)
    # The mark at the beginning tells Excel that this is UTF-8; without it Chinese becomes rubbish.
    return target.getvalue().encode("utf-8-sig")


def _as_xlsx(rows: Iterable[Sequence[str]]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    bold = Font(bold=True)

    def cell(text: str, number: int) -> t.Any:
        """A plain text where that is enough, because making a cell of its own takes several times as long."""
        plain = _printable(text)
        if number > 0 and not plain.startswith("="):
            return plain
        made = WriteOnlyCell(sheet, value=plain)
        made.data_type = "s"  # a text, even when it begins with "="
        if number == 0:
            made.font = bold
        return made

    for number, row in enumerate(rows):
        sheet.append([cell(text, number) for text in row])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _printable(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return text if text.isprintable() else "".join(one for one in text if one >= " " or one in "\t\n\r")


def _of_csv(name: str, content: bytes) -> Iterator[Line]:
    text = _decoded(name, content)
    if "\0" in text:
        raise Invalid("desk.not_a_sheet", file=name)
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1):
            yield number, [_cell(cell) for cell in row]
    except csv.Error as error:
        raise Invalid("desk.not_a_sheet", file=name) from error


def _decoded(name: str, content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):  # what our own files have, and what Excel writes in China
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid("desk.not_a_sheet", file=name)


def _of_xlsx(content: bytes) -> Iterator[Line]:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise Invalid("desk.sheet_too_long", limit=MOST_ROWS)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        for number, row in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1), start=1):
            yield number, [_cell(value) for value in row]
    except (zipfile.BadZipFile, KeyError, ValueError, IndexError, OSError, SyntaxError, TypeError) as error:
        raise Invalid("desk.not_a_sheet", file="XLSX") from error


def _cell(value: t.Any) -> str:
    """Return a cell as one would have typed it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    text = str(value).strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text

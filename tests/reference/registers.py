"""`docs/reference/registers.md`: every register with its columns, from the descriptions themselves."""

from collections.abc import Iterator

from app.desk.registers import REGISTERS
from app.desk.registers.columns import Choice, Column, Place, Reference
from app.desk.registers.register import Register, Right
from app.desk.registers.sheets import MOST_ROWS

HEAD = f"""# Registers

What the desk keeps on file, generated from the descriptions in `app/desk/registers` (`make reference
ARGS="registers"`). How to search, export and import: [Import and export](../how-to/import-and-export.md).

A sheet may have up to {MOST_ROWS:,} rows. Its headings are the names in either language or those in the second
column. A row is known by its record number, or by the columns marked “key”.
"""


def page() -> str:
    """Return the page."""
    return "\n".join([HEAD, *(line for register in REGISTERS.values() for line in _register(register))])


def _register(register: Register) -> Iterator[str]:
    yield f"## {register.title}\n"
    yield f"{register.about} Read by {_right(register.reads)}{_place(register)}; maintained by {_writers(register)}.\n"
    yield "| column | in sheets | holds | needed |"
    yield "|---|---|---|---|"
    yield from (_column(register, column) for column in register.columns)
    yield ""


def _column(register: Register, column: Column) -> str:
    marks = [
        "key" if column.name in register.key else "",
        "" if column.written else "shown only",
        "written once" if column.fixed else "",
    ]
    holds = "; ".join(filter(None, (_holds(column), str(column.hint).rstrip("."), *marks)))
    return f"| {column.label} | `{column.name}` | {holds} | {'yes' if column.required else ''} |"


def _holds(column: Column) -> str:
    if isinstance(column, Choice):
        return ", ".join(str(word) for word in column.words.values())
    if isinstance(column, Reference):
        to = REGISTERS[column.to].title if column.to in REGISTERS else column.to
        return f"{column.kind} ({to})"
    return "unit" if isinstance(column, Place) else column.kind


def _place(register: Register) -> str:
    return " of the record's unit or above it" if register.place else ""


def _writers(register: Register) -> str:
    return _right(register.writes) if register.written else "processes only"


def _right(right: Right) -> str:
    return ", ".join([*sorted(right.sets), *(f"`{role}`" for role in sorted(right.roles))])

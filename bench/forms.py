"""Forms: what checking a submission with conditions costs on the server."""

import typing as t
from collections.abc import Mapping
from decimal import Decimal

from app.feel import DEFAULT
from bench.report import Report
from bench.timing import per_second
from tests.forms.building import component, form

FIELDS = 10


def _fields() -> list[dict[str, t.Any]]:
    """Half of them are shown only for some amounts, the others have a limit that depends on another field."""
    shown = [
        component("textfield", f"note_{number}", conditional={"hide": f"=amount < {number * 100}"})
        for number in range(FIELDS)
    ]
    return [*shown, *(component("number", f"count_{number}", validate={"max": "=amount"}) for number in range(FIELDS))]


def _plain(data: Mapping[str, t.Any]) -> dict[str, t.Any]:
    amount = Decimal(data["amount"])
    kept: dict[str, t.Any] = {"amount": data["amount"]}
    for number in range(FIELDS):
        if amount >= number * 100:
            kept[f"note_{number}"] = str(data[f"note_{number}"])
        if Decimal(data[f"count_{number}"]) > amount:
            raise ValueError(number)
        kept[f"count_{number}"] = data[f"count_{number}"]
    return kept


def measure(report: Report) -> None:
    """Report checked submissions per second and conditions per second."""
    built = form(component("number", "amount"), *_fields())
    data: dict[str, t.Any] = {"amount": 450}
    data |= {f"note_{number}": "seen" for number in range(FIELDS)}
    data |= {f"count_{number}": number for number in range(FIELDS)}
    assert built.clean(data, {}, DEFAULT) == _plain(data)
    rate = per_second(lambda: built.clean(data, {}, DEFAULT))
    report.add("form of 21 fields with 20 conditions", rate, "/s", plain=per_second(lambda: _plain(data)))
    report.add("conditions of it", rate * 2 * FIELDS, "/s")

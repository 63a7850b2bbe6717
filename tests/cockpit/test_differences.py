"""What a correction would change is shown while it is typed."""

import pytest

from app.cockpit.differences import difference
from tests.cockpit.conftest import As


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ('"4 wh"', ["Type: text, as before", "- &#34;soon&#34;", "+ &#34;4 wh&#34;"]),
        ("4", ["Type: text becomes number", "+ 4"]),
        ('"soon"', ["Nothing: this is the present value."]),
    ],
)
def test_type_and_value_are_compared(browse: As, failing, typed: str, said: list[str]) -> None:
    key = failing(time_allowed="soon").key
    data = {"scope": "1", "name": "time_allowed", "value": typed}
    page = browse("supervisor").post(f"/cockpit/instances/{key}/variable/difference", data=data).get_data(as_text=True)
    for sentence in said:
        assert sentence in page


def test_a_new_variable_and_unfinished_text_have_an_answer(browse: As, failing) -> None:
    key = failing(time_allowed="soon").key
    client, address = browse("supervisor"), f"/cockpit/instances/{key}/variable/difference"
    assert "New variable, type: list" in client.post(address, data={"name": "new", "value": "[1]"}).get_data(
        as_text=True
    )
    assert client.post(address, data={"name": "new", "value": "[1"}).get_data(as_text=True).strip() == ""
    assert client.post("/cockpit/instances/17/variable/difference", data={"value": "1"}).status_code == 404
    assert browse("agent").post(address, data={"value": "1"}).status_code == 403


def test_only_lines_around_a_change_are_shown() -> None:
    before = "{\n" + ",\n".join(f'  "k{number:02}": {number}' for number in range(30)) + "\n}"
    value = {f"k{number:02}": number for number in range(30)} | {"k10": "x", "k25": None}
    found = difference(before, value)
    assert [line for line in found.lines if line[0] != " "] == [
        ("-", '  "k10": 10,'), ("+", '  "k10": "x",'), ("-", '  "k25": 25,'), ("+", '  "k25": null,'),
    ]  # fmt: skip
    assert (" ", "…") in found.lines
    assert len(found.lines) < 16
    assert difference(before, {f"k{number:02}": number for number in range(30)}).nothing

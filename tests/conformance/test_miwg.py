"""What the MIWG suite takes for a loss, and what for another way to write the same."""

from pathlib import Path

import pytest

from tests.conformance.miwg import Miwg
from tests.conformance.miwg.comparison import differences
from tests.conformance.suite import CorpusBroken, Request

BEFORE = """<b:definitions xmlns:b="urn:b" xmlns:v="urn:v" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d">
  <b:task id="a" name="Look" x="1" y="2"><b:in>f</b:in><b:in>g</b:in><v:note v:kind="k">kept</v:note></b:task>
  <b:condition id="c" xsi:type="b:tFormal">1 &lt; 2</b:condition>
</b:definitions>"""


def found(*changes: tuple[str, str]) -> list[str]:
    """The differences when the task has its new name and the changes were made."""
    after = BEFORE.replace('"Look"', '"New"')
    for old, new in changes:
        assert old in after
        after = after.replace(old, new)
    return differences(BEFORE.encode(), after.encode(), "a", "New")


@pytest.mark.parametrize(
    "change",
    [
        ('x="1" y="2"', 'y="2" x="1"'),
        ("\n  ", "\n\t\t"),
        ("b:", "bpmn:"),
        ("</b:task>", "<BPMNLabel/></b:task>"),
    ],
    ids=["order of attributes", "white space", "prefix", "empty label"],
)
def test_another_way_to_write_the_same_is_no_loss(change: tuple[str, str]) -> None:
    assert found((change[0], change[1]), *([("xmlns:b=", "xmlns:bpmn=")] if change[0] == "b:" else [])) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('x="1"', 'x="1.5"'), "x=1"),
        ((' y="2"', ""), "y=2"),
        (("<b:in>g</b:in>", ""), "text=g"),
        ((">kept<", "><"), "text=kept"),
        ((' v:kind="k"', ""), "{urn:v}kind=k"),
        (("1 &lt; 2", "1 &gt; 2"), "text=1 < 2"),
        (("b:tFormal", "b:tOther"), "type={urn:b}tFormal"),
    ],
    ids=["coordinate", "attribute", "reference", "text", "vendor's attribute", "condition", "type"],
)
def test_a_loss_is_seen_and_said(change: tuple[str, str], said: str) -> None:
    assert any(one.startswith("lost ") and one.endswith(said) for one in found(change))


def test_what_is_new_counts_like_what_is_lost() -> None:
    assert [one[:4] for one in found(("</b:task>", "<b:out>h</b:out></b:task>"))] == ["new ", "new "]


def test_a_name_that_was_not_stored_is_said() -> None:
    assert differences(BEFORE.encode(), BEFORE.encode(), "a", "New") == ["the new name was not stored"]


def test_a_corpus_with_other_models_than_published_is_not_measured(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    with pytest.raises(CorpusBroken, match="0 models instead of 21"):
        Miwg().run(Request(tmp_path))

"""Findings say where they are in words that stand on the page."""

import pytest
from flask_babel import force_locale

from app.studio import versions
from app.studio.places import places
from tests.company import Company


def source(company: Company, kind: str, identifier: str) -> str:
    return versions.source(versions.newest(company.person("owner"), kind, identifier)).decode()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "file", "element", "zh", "en"),
    [
        ("process", "payment_collection", "s100_book", "入账", "Book the payment"),
        ("decision", "warranty_eligibility", "warranty_eligibility_rule_2_in_4",
         "第 2 条规则，距上次同故障维修天数", "Rule 2, 距上次同故障维修天数"),
        ("decision", "warranty_eligibility", "warranty_eligibility_rule_4_out_1",
         "第 4 条规则，保修内", "Rule 4, 保修内"),
        ("form", "start_repair", "note", "备注", "备注"),
    ],
)  # fmt: skip
def test_a_place_is_named_in_the_language_of_the_page(
    company: Company, kind: str, file: str, element: str, zh: str, en: str
) -> None:
    text = source(company, kind, file)
    for language, words in (("zh", zh), ("en", en)):
        with force_locale(language):
            assert places(kind, text)[element] == words  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["process", "decision", "form"])
@pytest.mark.parametrize("broken", ["", "<a", "{", "[1]", "5", '{"components": [3, {"id": 5}]}', "[" * 5000])
def test_a_broken_file_has_no_places(company: Company, kind: str, broken: str) -> None:
    assert places(kind, broken) == {}  # type: ignore[arg-type]

"""Two people who describe the same symptom are recognised without a dictionary, in both languages."""

import pytest

from app.desk.symptoms import alike, likeness


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("没有声音", "没有 声音。", True),
        ("没有声音", "手机没有声音，很轻", True),
        ("导出报表乱码", "报表导出乱码", True),
        ("Battery drains fast", "battery drains too fast", True),
        ("没有声音", "屏幕不亮", False),
        ("Battery drains fast", "Screen stays black", False),
        ("", "没有声音", False),
        ("。", "。", False),
    ],
)
def test_descriptions_are_alike_or_not(one: str, other: str, same: bool) -> None:
    assert alike(one, other) is alike(other, one) is same
    assert 0 <= likeness(one, other) <= 1

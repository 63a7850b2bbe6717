"""The diagrams ask only for jobs that somebody does, in a way that can be done."""

import pytest
from lxml import etree

from app.desk.cases import HEADER_FIELDS
from app.desk.handlers import HANDLERS
from app.desk.handlers.case import EXTRA, PERSONS
from app.desk.handlers.documents import PREFIXES
from app.desk.handlers.responsibility import ACTIONS
from tests.company import ROOT

Z = "{http://camunda.org/schema/zeebe/1.0}"
TASKS = [
    task
    for path in sorted((ROOT / "bpmn").rglob("*.bpmn"))
    for task in etree.parse(path).getroot().iter()
    if isinstance(task.tag, str) and task.find(f"{{*}}extensionElements/{Z}taskDefinition") is not None
]


def job_type(task: etree._Element) -> str:
    found = task.find(f"{{*}}extensionElements/{Z}taskDefinition")
    assert found is not None
    return found.get("type", "")


def headers(task: etree._Element) -> dict[str, str]:
    return {one.get("key", ""): one.get("value", "") for one in task.iter(f"{Z}header")}


def test_the_library_has_service_tasks() -> None:
    assert len(TASKS) > 50


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.get("id"))
def test_every_service_task_is_done_by_the_desk_with_headers_it_knows(task: etree._Element) -> None:
    kind, given = job_type(task), headers(task)
    assert kind in HANDLERS
    if kind == "desk.document":
        assert given["kind"] in PREFIXES
        assert given["state"]
    if kind == "desk.responsibility_link":
        assert given["action"] in ACTIONS
    if kind == "notice.send":
        assert given["template"]


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.get("id"))
def test_every_changed_field_is_one_a_case_has(task: etree._Element) -> None:
    for line in task.iter(f"{Z}input"):
        if line.get("target") == "changes":
            names = {part.split(":")[0].strip() for part in line.get("source", "").strip("={} ").split(",")}
            fields = {name for name in names if name.isidentifier() and f"{name}:" in line.get("source", "")}
            assert fields <= HEADER_FIELDS | set(PERSONS) | EXTRA | {"status", "unit"}

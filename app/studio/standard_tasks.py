"""The steps that every service process is made of, apart from service tasks: who does what with which form.

They are ordinary elements with the usual settings filled in; panel, engine and whoever reads the diagram see nothing
special. So a template fills in what is always the same and leaves the groups of the panel open for the rest.
"""

import dataclasses
import typing as t
from collections.abc import Mapping

from app.studio.template_heads import Template, head

Names = Mapping[str, str]
USER_TASK = {"value": "bpmn:UserTask"}
CATCH = {"value": "bpmn:IntermediateCatchEvent", "eventDefinition": "bpmn:MessageEventDefinition"}
CATEGORY = {"zh": "标准步骤", "en": "Standard steps"}
NEXT_DAY = '=due(now(), "1 wd")'


@dataclasses.dataclass(frozen=True)
class StandardTask:
    """One kind of step: what it is called, what it is for, what it is drawn as, and what is filled in or asked for."""

    id: str
    names: Names
    purpose: Names
    icon: str
    drawn: Mapping[str, str]
    properties: tuple[Template, ...]


def _both(chinese: str, english: str) -> Names:
    return {"zh": chinese, "en": english}


def _preset(binding: Template, value: str) -> Template:
    return {"type": "Hidden", "value": value, "binding": binding}


def _asked(identifier: str, names: Names, binding: Template, **more: t.Any) -> Template:
    return {"id": identifier, "label": names, "type": "String", "binding": binding, **more}


_BY_PEOPLE = _preset({"type": "zeebe:userTask"}, "")
_DUE = _asked(
    "due",
    _both("什么时候到期", "When it is due"),
    {"type": "zeebe:taskSchedule", "property": "dueDate"},
    value=NEXT_DAY,
    feel="required",
)
_FORM = _preset({"type": "zeebe:formDefinition", "property": "formId"}, "")
"""Which form that is, is chosen in the panel's own group, where it can be opened too."""
_SEPARATE = _asked(
    "separate_from",
    _both("不能由谁办", "Not to be done by"),
    {"type": "zeebe:property", "name": "separate_from"},
    description=_both("存着那个人的变量，例如 author", "The variable that names the person, such as author"),
    optional=True,
)
_FOLLOW_UP = _asked(
    "follow_up",
    _both("什么时候提醒", "When to bring it up"),
    {"type": "zeebe:taskSchedule", "property": "followUpDate"},
    value="=now()",
    feel="required",
)

STANDARD_TASKS: tuple[StandardTask, ...] = (
    StandardTask(
        "fill_in",
        _both("填表", "Fill in a form"),
        _both("由一个岗位的人填一张表单", "Somebody of a role fills in a form"),
        "form",
        USER_TASK,
        (_BY_PEOPLE, _FORM, _DUE),
    ),
    StandardTask(
        "verdict",
        _both("按规则判定", "Judge by rules"),
        _both(
            "表单里边填边问决策表；要改结论须写理由", "The form asks a decision table; to overrule it takes a reason"
        ),
        "shield",
        USER_TASK,
        (_BY_PEOPLE, _FORM, _DUE),
    ),
    StandardTask(
        "approval",
        _both("审批", "Approval"),
        _both("由没有经手的人同意或退回", "Somebody who was not involved agrees or sends it back"),
        "check",
        USER_TASK,
        (_BY_PEOPLE, _FORM, _DUE, _SEPARATE),
    ),
    StandardTask(
        "callback",
        _both("回电", "Call back"),
        _both("到约定的时间打电话给客户", "Ring the customer at the agreed time"),
        "phone",
        USER_TASK,
        (_BY_PEOPLE, _FORM, _DUE, _FOLLOW_UP),
    ),
    StandardTask(
        "record",
        _both("等外部答复", "Wait for an answer"),
        _both("客户或厂家答复时由一个岗位登记", "A role records what the customer or a vendor answers"),
        "mail",
        CATCH,
        (
            _asked(
                "message",
                _both("消息名", "Message"),
                {"type": "bpmn:Message#property", "name": "name"},
                constraints={"notEmpty": True},
            ),
            _asked(
                "key",
                _both("按什么对上", "Matched by"),
                {"type": "bpmn:Message#zeebe:subscription#property", "name": "correlationKey"},
                value="=case.case_no",
                feel="required",
                constraints={"notEmpty": True},
            ),
            _asked(
                "record",
                _both("谁登记，用哪张表单", "Who records it, with which form"),
                {"type": "zeebe:property", "name": "record"},
                description=_both(
                    "岗位,表单，例如 sales_rep,contract_signature", "role,form, such as sales_rep,contract_signature"
                ),
                constraints={"notEmpty": True},
            ),
        ),
    ),
)  # fmt: skip


def standard_templates(language: str) -> list[Template]:
    """Return them as element templates with labels in a language."""
    return [_template(task, language) for task in STANDARD_TASKS]


def _template(task: StandardTask, language: str) -> Template:
    category = {"id": "firstline-steps", "name": CATEGORY[language]}
    return head(f"firstline.step.{task.id}", task, language, category) | {
        "appliesTo": ["bpmn:Task"] if task.drawn is USER_TASK else ["bpmn:IntermediateThrowEvent", CATCH["value"]],
        "elementType": dict(task.drawn),
        "entriesVisible": True,
        "properties": [_said(one, language) for one in task.properties],
    }


def _said(field: Template, language: str) -> Template:
    """A property with its texts in one language."""
    texts = {name: field[name][language] for name in ("label", "description") if name in field}
    return field | texts

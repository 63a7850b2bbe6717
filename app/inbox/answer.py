"""An answer from outside, ready to be recorded."""

import dataclasses
import typing as t

from app import engine
from app.engine.models import MessageSubscription
from app.inbox.context import Glance, glance
from app.inbox.names import models_of, shown
from app.inbox.task import EMPTY_FORM
from app.people.person import Person


@dataclasses.dataclass(frozen=True)
class AnswerPane:
    """One wait whose answer somebody may record, with customer and device beside it."""

    wait: MessageSubscription
    title: str
    process: str
    glance: Glance | None
    form: dict[str, t.Any]

    @property
    def case_no(self) -> str:
        return self.glance.case.case_no if self.glance else ""

    @property
    def form_id(self) -> str:
        return f"answer-{self.wait.key}"


def answer_pane(person: Person, key: int) -> AnswerPane:
    """Compose the pane. Raises NotFound when the answer is no longer waited for."""
    opened = engine.open_answer(person, key)
    model = models_of([opened.wait.process_definition_key])[opened.wait.process_definition_key]
    return AnswerPane(
        wait=opened.wait,
        title=shown(model.elements[opened.wait.element_id]),
        process=shown(model),
        glance=glance(person, opened.wait.case_id),
        form={"schema": opened.schema or EMPTY_FORM, "data": opened.data, "asked": opened.asked},
    )

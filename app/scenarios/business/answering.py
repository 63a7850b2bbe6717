"""How somebody fills in a form: what stands there stays, habits decide where there are some, dice do the rest."""

import copy
import datetime as dt
import random
import typing as t
from collections.abc import Callable, Iterable, Mapping

from app.engine.expressions import environment
from app.forms import Form
from app.forms.expressions import Scope
from app.forms.model import Component, Field, Group, RowList, at, put
from app.forms.options import offered
from app.forms.rules import broken_rules, is_empty
from app.scenarios.business.habits import Habits, drawn

WORDS = "已按规程处理，情况正常"
"""What people write where a text is asked for."""
A_PHONE = "13900000000"
"""The number of whoever is not the owner of a device of ours."""
DAYS_AHEAD = 3
"""How far in the future the dates lie that people name."""
Paper = Callable[[], Mapping[str, t.Any]]


class Answering:
    """One person before one form.

    `paper` uploads a file for the task and returns the reference to it. Whoever has the same form before them `again`
    chooses anew: their last choice stands in it and has led back here, so that keeping it would go round for ever.
    """

    def __init__(self, element: str, habits: Habits, dice: random.Random, paper: Paper, *, again: bool) -> None:
        self._element = element
        self._habits = habits
        self._dice = dice
        self._paper = paper
        self._again = again
        self._surroundings = environment()

    def fill(self, form: Form, opened: Mapping[str, t.Any], device: Mapping[str, t.Any]) -> dict[str, t.Any]:
        """Return the data as somebody submits it. Raises FeelError for a habit or a form that cannot be computed."""
        values = copy.deepcopy(dict(opened))
        self._device = device
        self._fill(form.components, Scope(values, self._surroundings))
        return values

    def _fill(self, components: Iterable[Component], scope: Scope) -> None:
        for component in components:
            if component.hide is not None and scope.evaluate(component.hide) is True:
                continue
            if isinstance(component, Group):
                self._fill(component.children, scope)
            elif isinstance(component, RowList):
                self._fill_rows(component, scope)
            elif isinstance(component, Field) and not self._is_shown_only(component, scope):
                put(scope.this, component.path, self._value(component, scope))

    def _is_shown_only(self, field: Field, scope: Scope) -> bool:
        return field.computed is not None or field.locked.value(scope) is True

    def _fill_rows(self, rows: RowList, scope: Scope) -> None:
        if self._habits.has(self._element, rows.path[-1]):
            put(scope.this, rows.path, self._habit(rows.path[-1], scope))
        elif not isinstance(at(scope.this, rows.path), list):
            put(scope.this, rows.path, [{} for _ in range(0 if rows.fixed else max(rows.default_rows, 1))])
        for index, row in enumerate(at(scope.this, rows.path) or []):
            self._fill(rows.children, scope.row(row, index))

    def _value(self, field: Field, scope: Scope) -> t.Any:
        there = at(scope.this, field.path)
        if self._habits.has(self._element, field.path[-1]):
            return self._habit(field.path[-1], scope)
        chooses = self._again and field.options is not None and field.limits.required.value(scope) is True
        if not chooses and not is_empty(there) and there is not False and not broken_rules(field, there, scope):
            return there
        return self._invented(field, scope) if field.limits.required.value(scope) is True else None

    def _habit(self, key: str, scope: Scope) -> t.Any:
        now = self._surroundings.now().astimezone(self._surroundings.zone)
        context = {**scope.values, "row": scope.this, "device": self._device, "today": now.date().isoformat()}
        return drawn(self._habits.answer(self._element, key), context, self._dice)

    def _invented(self, field: Field, scope: Scope) -> t.Any:
        if field.options is not None:
            choices = offered(field.options, scope)
            chosen = self._dice.choice(choices) if choices else None
            return [chosen] if field.multiple and choices else chosen
        return self._made(field, scope)

    def _made(self, field: Field, scope: Scope) -> t.Any:
        if field.kind == "checkbox":
            return True
        if field.kind == "number":
            least = field.limits.min.value(scope)
            return least if isinstance(least, int | float) else 1
        if field.kind == "datetime":
            return self._moment(field)
        if field.kind == "filepicker":
            return [self._paper()]
        if field.format == "phone":
            return self._device.get("phone") or A_PHONE
        return WORDS

    def _moment(self, field: Field) -> str:
        ahead = dt.timedelta(days=self._dice.randint(0, DAYS_AHEAD))
        then = (self._surroundings.now() + ahead).astimezone(self._surroundings.zone)
        if field.source.get("subtype", "date") == "date":
            return then.date().isoformat()
        at_ten = then.replace(hour=10, minute=0, second=0, microsecond=0)
        text = at_ten.isoformat(timespec="minutes") if field.zoned else f"{at_ten:%Y-%m-%dT%H:%M}"
        return text.partition("T")[2] if field.source.get("subtype") == "time" else text

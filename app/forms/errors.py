"""What can be wrong with a form or with what somebody filled in: codes and parameters, never sentences."""

import dataclasses
import typing as t
from collections.abc import Mapping, Sequence

Message = tuple[str, dict[str, t.Any]]


@dataclasses.dataclass(frozen=True)
class Finding:
    """One thing the deploy gate has to say about a form.

    Attributes:
        code: msgid in this package's catalogue.
        element_id: id of the component, or of the form when the whole file is meant.
        params: values for the sentence.
        severity: `error` refuses the form, `warning` does not.
    """

    code: str
    element_id: str
    params: Mapping[str, t.Any] = dataclasses.field(default_factory=dict)
    severity: t.Literal["error", "warning"] = "error"


class FormInvalid(Exception):
    """The form cannot be used; every reason is in `findings`."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(", ".join(f"{finding.code}({finding.element_id})" for finding in findings))
        self.findings = tuple(findings)


class SubmissionInvalid(Exception):
    """What was filled in breaks the form's rules; `errors` has the messages of each field by its path."""

    def __init__(self, errors: Mapping[str, Sequence[Message]]) -> None:
        super().__init__(", ".join(f"{path}: {messages[0][0]}" for path, messages in errors.items()))
        self.errors = {path: list(messages) for path, messages in errors.items()}

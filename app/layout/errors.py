"""What can be wrong with a file or with its drawing; texts in both languages stand in the catalogue beside."""

from dataclasses import dataclass, field


class LayoutFailed(Exception):
    """The file cannot be laid out."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class Defect:
    """Something a reader of the drawing would stumble over; `hard` ones make it wrong, others untidy."""

    code: str
    element_id: str
    hard: bool = True
    params: dict[str, object] = field(default_factory=dict, hash=False)

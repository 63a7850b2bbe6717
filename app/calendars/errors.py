"""What can go wrong with working time."""

import typing as t


class CalendarError(ValueError):
    """A span or a date that the calendar cannot work with; `code` names the sentence in the catalogue."""

    def __init__(self, code: str, **params: t.Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

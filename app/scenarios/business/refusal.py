"""What somebody wanted to do and could not."""

import datetime as dt
import typing as t

from app.scenarios.problems import Problem


class Refusal(t.NamedTuple):
    """An act that was refused, at an element or at the start of a process."""

    place: str
    at: dt.datetime
    problem: Problem

"""CPU time of computation without web and database."""

import time
from collections.abc import Callable

ROUNDS = 5
ROUND_SECONDS = 0.08
"""Long enough for the clock, short enough that one of the rounds is undisturbed."""


def microseconds(act: Callable[[], object]) -> float:
    """CPU time of one act, the best of some rounds, because everything else only adds to it."""
    times = _times(act)
    return min(_round(act, times) for _ in range(ROUNDS)) * 1e6


def per_second(act: Callable[[], object]) -> float:
    """How often an act can be done in a second of CPU time."""
    return 1e6 / microseconds(act)


def _times(act: Callable[[], object]) -> int:
    """How often the act fits into a round."""
    times = 1
    while (seconds := _round(act, times) * times) < ROUND_SECONDS / 4:
        times *= 4
    return max(1, round(times * ROUND_SECONDS / seconds))


def _round(act: Callable[[], object], times: int) -> float:
    begun = time.process_time()
    for _ in range(times):
        act()
    return (time.process_time() - begun) / times

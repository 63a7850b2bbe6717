"""How little memory web processes take: what they share stays shared, and what they borrow goes back."""

import ctypes
import gc
import logging

from flask import Flask
from sqlalchemy.orm import configure_mappers

from app import calendars
from app.config import Company
from app.templating import compile_all

log = logging.getLogger(__name__)

_M_MMAP_THRESHOLD = -3
"""glibc's number of the option, see mallopt(3)."""
BORROWED = 1_000_000
"""Bytes from which a block of memory is borrowed from the system for itself, and given back when it is freed."""
CIRCLES_AFTER = 10_000
"""New objects after which the collector looks for circles among them. It looked after 700, several times a page, which
took a twentieth of the page's time; what waits for it now is a megabyte or two."""


def settle(app: Flask) -> None:
    """Call this in the first process when everything is loaded, before it forks."""
    _give_back()
    # What every process would make for itself with its first pages. It takes a second once and is there before anybody
    # asks, instead of once per process while somebody waits.
    company: Company = app.extensions["settings"].company
    with app.app_context():
        compile_all(app)
    configure_mappers()
    # The library of public holidays brings those of every country, and the first case would load them.
    calendars.build(company.zone, company.country)
    # What is loaded by now stays for good. The collector would write into all of it in every process, which would give
    # each of them a copy of its own.
    gc.collect()
    gc.freeze()
    gc.set_threshold(CIRCLES_AFTER)


def _give_back() -> None:
    """Checking a password takes 19 MB for a moment. Left alone, glibc keeps them for every thread that ever did it."""
    try:
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, BORROWED)
    except (AttributeError, OSError):
        log.info("This system's memory cannot be tuned; web processes take some more of it.")

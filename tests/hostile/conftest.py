"""One forking process for all hostile tests of a worker."""

from collections.abc import Iterator

import pytest

from tests.hostile.bounded import Bounds


@pytest.fixture(scope="session")
def bounds() -> Iterator[Bounds]:
    with Bounds() as running:
        yield running

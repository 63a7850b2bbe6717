import pytest
from flask import Flask

from tests.people.cast import Cast, people_the_small_company


@pytest.fixture
def cast(app: Flask) -> Cast:
    return people_the_small_company(app)

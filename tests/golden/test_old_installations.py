"""An installation as an earlier program left it is restored, brought up to date, and its instances finish."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from app import schema
from app.backup import cli
from app.clock import SetClock
from app.db import db
from app.engine.models import ElementInstance, Message, ProcessInstance
from tests.backup.conftest import calling
from tests.clock import NOON
from tests.conftest import both_databases
from tests.engine.truth import assert_rows_follow_the_state
from tests.golden import house

RECORDED = sorted(house.BACKUPS.glob("*.zip"))
ONCE = {"task", "job", "timer", "answer", "alarm", "child", "part", "inside", "extra", "mended", "last", "within"}


@both_databases
@pytest.mark.parametrize("path", RECORDED, ids=[path.stem for path in RECORDED])
def test_a_recorded_installation_comes_up_to_date_and_finishes(database: str, path: Path, tmp_path: Path) -> None:
    clock = SetClock(NOON)
    app = house.make_app(tmp_path, database, clock)
    result = calling(app)(cli.restore, str(path), "--no-hold")
    assert result.exit_code == 0, result.output
    with app.app_context():
        assert schema.current() == schema.head()
        assert assert_rows_follow_the_state() == 4
        house.finish(app, clock)
        assert_rows_follow_the_state()
        done = sa.select(ElementInstance.element_id, sa.func.count()).where(ElementInstance.state == "completed")
        counts = {row[0]: row[1] for row in db.session.execute(done.group_by(ElementInstance.element_id))}
        # The event sub-process of one of the two instances had heard its message before.
        assert {name: counts.get(name) for name in ONCE} == dict.fromkeys(ONCE, 2) | {"extra": 1}
        assert set(db.session.scalars(sa.select(ProcessInstance.state))) == {"completed"}
        assert db.session.scalars(sa.select(Message.correlation_key)).all() == ["c"]
        db.session.remove()
        db.engine.dispose()


def test_recordings_are_of_schemas_that_this_program_knows() -> None:
    assert {path.stem for path in RECORDED} <= schema.revisions()
    assert RECORDED

"""What has to be different after a restore, so that nothing that happened since the backup happens again.

1. Keys go on far beyond all that were ever given out, so that no new job or instance gets the key of one that is gone:
   a program outside that still reports that one must not hit another.
2. Document numbers of the days since the backup go on far beyond, because lost ones stand on papers people hold.
3. What reaches outside by itself is held back until somebody has looked (`app.engine.held`).
4. Sessions end, because some of them may have been ended meanwhile.
5. One audit line says when the backup was taken and when it was restored.
"""

import typing as t

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import clock
from app.backup.archive import Manifest, Refused
from app.db import LARGEST_KEY, KeyBlock
from app.desk.cases import company_day
from app.desk.numbers import skip_ahead
from app.engine.held import hold
from app.people import audit
from app.people.models import WebSession

FAR = 10**11
"""Keys skipped by a restore: three years at a thousand a second, and room for 90,000 restores."""


def begin(connection: sa.Connection, manifest: Manifest, *, hold_back: bool) -> None:
    """Begin a new epoch in the transaction of the restore.

    :param hold_back: False when nothing ran since the backup, as in a move to another machine or database.
    """
    now = clock.now()
    with Session(connection) as session:
        skipped = session.execute(
            sa.update(KeyBlock).values(next_key=KeyBlock.next_key + FAR).returning(KeyBlock.next_key)
        ).scalar_one_or_none()
        if skipped is not None and skipped > LARGEST_KEY:
            raise Refused("The keys of this installation are used up; it cannot be restored once more.")
        if hold_back:
            skip_ahead(session, company_day(manifest.taken), company_day(now))
            hold(session, now)
            session.execute(sa.delete(WebSession))
        detail: dict[str, t.Any] = {
            "taken_at": manifest.taken_at,
            "program": manifest.program,
            "database": manifest.database,
            "held_back": hold_back,
        }
        audit.record(session, None, "engine:installation:restored", "installation:database", "", detail)
        session.flush()

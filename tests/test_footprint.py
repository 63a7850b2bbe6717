"""What the first web process does so that those it makes share their memory."""

import json
import os
import subprocess
import sys
from pathlib import Path

SETTLE = """
import gc, json, sys
from app import create_app, footprint
from app.config import from_mapping
app = create_app(from_mapping({"var": sys.argv[1]}))
footprint.settle(app)
settled = set(sys.modules)
with app.app_context():
    from app import calendars
    calendars.build(app.extensions["settings"].company.zone, app.extensions["settings"].company.country)
found = {"frozen": gc.get_freeze_count(), "looks_after": gc.get_threshold()[0]}
print(json.dumps(found | {"loaded_later": sorted(set(sys.modules) - settled)}))
"""


def test_what_every_process_needs_is_loaded_and_kept_from_the_collector_before_they_part(tmp_path: Path) -> None:
    environment = {**os.environ, "FIRSTLINE_SECRET_KEY": "a key for tests only"}
    command = [sys.executable, "-W", "error", "-c", SETTLE, str(tmp_path)]
    found = json.loads(subprocess.run(command, env=environment, check=True, capture_output=True).stdout)
    assert found["frozen"] > 100_000
    assert found["looks_after"] == 10_000
    assert found["loaded_later"] == [], "each process would load it for itself"

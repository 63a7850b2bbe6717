"""The long storm: `make soak ARGS="--minutes 60 --seed 7"`.

It blows in gusts of a minute: new errands, blows by the seed's schedule, people at work; between two gusts nothing is
checked, so that errors have time to grow. At the end everything is, and the figures go to var/soak.json and, with
`--publish`, into docs/background/durability.md.
"""

import argparse
import json
import os
import secrets
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import click

from tests.chaos import verdict
from tests.chaos.people import Crowd
from tests.chaos.storm import Storm, schedule, storm

GUST = 60.0
ERRANDS = 600
"""Errands begun with every gust."""
TOLD_EVERY = 10.0
DRAIN = 600.0
TARGET = Path("var/soak.json")
PAGE = Path("docs/background/durability.md")
MARKS = ("<!-- soak: begin -->", "<!-- soak: end -->")
Figures = Mapping[str, int | float | str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=15, help="how long it blows (15)")
    parser.add_argument("--seed", type=int, default=int(time.time()) % 100_000, help="repeats a storm")
    parser.add_argument("--publish", action="store_true", help="write the figures into the documentation")
    given = parser.parse_args()
    os.environ["FIRSTLINE_SECRET_KEY"] = secrets.token_hex(32)
    click.echo(f"Seed {given.seed}, {given.minutes:g} minutes. Setting up …")
    with tempfile.TemporaryDirectory() as folder, storm(Path(folder)) as weather:
        figures = blow(weather, given.seed, given.minutes)
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(figures, indent=1) + "\n")
    click.echo(f"Nothing was lost, nothing was done twice. Figures are in {TARGET}.")
    if given.publish:
        publish(PAGE, figures)
        click.echo(f"… and in {PAGE}.")


def blow(weather: Storm, seed: int, minutes: float) -> Figures:
    """Let it blow and return the figures. Raises AssertionError when something is not as it should be."""
    gusts = max(1, round(minutes * 60 / GUST))
    weather.begin()
    crowd = Crowd([web.port for web in weather.webs], seed)
    crowd.start()
    begun = time.monotonic()
    done = threading.Event()
    teller = threading.Thread(target=tell, args=(weather, crowd, done), daemon=True)
    teller.start()
    for gust in range(gusts):
        weather.errands(ERRANDS, seed + gust, spread=int(GUST))
        weather.blow(schedule(seed + gust, GUST))
    crowd.wind_down()
    blown = time.monotonic() - begun
    click.echo("It has blown over; waiting for the last instances …")
    weather.drain(crowd, DRAIN)
    drained = time.monotonic() - begun - blown
    crowd.stop()
    done.set()
    teller.join()
    with weather.app.app_context():
        verdict.check(crowd.ledger, ERRANDS * gusts)
        moved = verdict.totals()
    for process in weather.processes:
        assert process.runs, process.log
        assert "Traceback" not in process.log, process.log
    statuses = sorted(crowd.ledger.statuses.items(), key=str)
    return {
        "seed": seed,
        "minutes": round(blown / 60, 1),
        "seconds until everything had ended": round(drained, 1),
        **moved,
        "orders": len(crowd.ledger.ordered),
        "completions acknowledged": len(crowd.ledger.completed),
        "jobs done outside": len(crowd.ledger.booked),
        "jobs begun more than once outside": sum(count > 1 for count in crowd.ledger.worked.values()),
        **weather.struck,
        "answers that clients got": ", ".join(f"{status} × {count:,}" for status, count in statuses),
    }


def tell(weather: Storm, crowd: Crowd, done: threading.Event) -> None:
    """Say now and then how it stands."""
    begun = time.monotonic()
    while not done.wait(TOLD_EVERY):
        try:
            live = f"{weather.live()} live"
        except Exception:  # noqa: BLE001 - the database may just be down, which is what this is about
            live = "database away"
        click.echo(
            f"{time.monotonic() - begun:7.0f} s  {sum(weather.struck.values())} blows, "
            f"{len(crowd.ledger.ordered)} orders, {len(crowd.ledger.completed)} completions, {live}"
        )


def publish(page: Path, figures: Figures) -> None:
    """Put the figures between the marks of a page."""
    before, _, rest = page.read_text("utf-8").partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    shown = {name: f"{value:,}" if isinstance(value, int) else value for name, value in figures.items()}
    rows = "\n".join(f"| {name} | {value} |" for name, value in shown.items())
    table = f"| figure | value |\n|---|---|\n{rows}"
    page.write_text(f"{before}{MARKS[0]}\n{table}\n{MARKS[1]}{after}", "utf-8")


if __name__ == "__main__":
    main()

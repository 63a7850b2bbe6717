"""Run the measurements, or the parts named as arguments; print a table, keep it in var/bench.json."""

import os
import secrets
import sys
from collections.abc import Callable, Mapping, Sequence

from bench import ages, dmn, feel, forms, kernel, lists, served, timers
from bench.report import TARGET, Report

PARTS: Mapping[str, Callable[[Report], None]] = {
    "kernel": kernel.measure,
    "feel": feel.measure,
    "dmn": dmn.measure,
    "forms": forms.measure,
    "sqlite": served.measure_sqlite,
    "postgresql": served.measure_postgresql,
    "ages": ages.measure_ages,
    "timers": timers.measure_timers,
    "lists": lists.measure_postgresql,
    "lists-sqlite": lists.measure_sqlite,
}
"""Name of each part → what measures it; the quick ones first."""


def main(wanted: Sequence[str]) -> None:
    """Measure all parts, or those named. Each is kept as soon as it is done."""
    unknown = [name for name in wanted if name not in PARTS]
    if unknown:
        raise SystemExit(f"There is no part {', '.join(unknown)}. Parts: {', '.join(PARTS)}.")
    os.environ["FIRSTLINE_SECRET_KEY"] = secrets.token_hex(32)
    names = [name for name in PARTS if name in wanted] if wanted else list(PARTS)
    for number, name in enumerate(names, 1):
        report = Report(name, load=round(os.getloadavg()[0], 1))
        print(f"\n{name} ({number} of {len(names)}), beside a load of {report.load}", flush=True)
        PARTS[name](report)
        report.write()
    print(f"\nWritten to {TARGET}.")


if __name__ == "__main__":
    main(sys.argv[1:])

"""What was measured: printed as it comes, because the whole takes minutes, and kept in var/bench.json."""

import json
import typing as t
from pathlib import Path

TARGET = Path("var/bench.json")


class Report:
    """The rows of one part. Those of other parts stay in the file as they were measured last.

    :param load: of the machine before anything was measured; 1 is one busy processor.
    """

    def __init__(self, part: str, load: float = 0.0) -> None:
        self.part = part
        self.load = load
        self.rows: list[dict[str, t.Any]] = []

    def add(self, what: str, value: float, unit: str, target: str = "", *, plain: float | None = None) -> None:
        """Keep and print a figure.

        :param target: what the design asks for, e.g. `≤ 10`.
        :param plain: what plain Python takes for the same, in the same unit; the ratio says how much longer we take.
        """
        ratio = None if plain is None else round((plain / value) if unit == "/s" else (value / plain), 2)
        row = {
            "part": self.part,
            "load": self.load,
            "what": what,
            "value": round(value, 3),
            "unit": unit,
            "target": target,
        }
        self.rows.append({**row, "plain": None if plain is None else round(plain, 3), "ratio": ratio})
        beside = "" if ratio is None else f"{ratio:.1f} × plain Python"
        print(f"  {what:<58}{_figure(value):>12} {unit:<4}{target:<14}{beside}".rstrip(), flush=True)

    def write(self) -> None:
        """Replace this part's rows in the file."""
        kept = json.loads(TARGET.read_text()) if TARGET.exists() else []
        TARGET.parent.mkdir(exist_ok=True)
        rows = [row for row in kept if row.get("part") not in (None, self.part)] + self.rows
        TARGET.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n")


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.2f}"

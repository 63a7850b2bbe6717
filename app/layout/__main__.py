"""`firstline layout IN [OUT]` and `firstline layout --check FILE…`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from app.layout import LayoutFailed, check, layout


def main(arguments: Sequence[str] | None = None) -> int:
    """Lay out one file, or report what is wrong with the diagrams of several; 1 when something is."""
    parser = argparse.ArgumentParser(prog="firstline layout", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="IN [OUT], or any number to check")
    parser.add_argument("--check", action="store_true", help="only report what is wrong with the diagrams")
    options = parser.parse_args(arguments)
    if options.check:
        return max(_report(path) for path in options.files)
    if len(options.files) > 2:
        parser.error("give one file to lay out and at most one to write; --check takes any number")
    return _lay_out(options.files[0], options.files[-1])


def _lay_out(source: Path, target: Path) -> int:
    try:
        drawn = layout(source.read_bytes())
    except LayoutFailed as error:
        sys.stderr.write(f"{source}: {error.code} {error.params}\n")
        return 1
    target.write_bytes(drawn)
    return _report(target)


def _report(path: Path) -> int:
    defects = check(path.read_bytes())
    for defect in defects:
        sys.stdout.write(f"{path}: {defect.code} {defect.element_id} {defect.params or ''}\n")
    return int(any(defect.hard for defect in defects))


if __name__ == "__main__":
    sys.exit(main())

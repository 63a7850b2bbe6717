"""Write the three locks from pyproject.toml: what runs, what builds, what tests. Hashes, but no index address."""

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

HERE = Path(__file__).parent
UV = "uv==0.13.9"


def main() -> None:
    """Resolve with uv in a throw-away environment, so that the project does not depend on it."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", UV], check=True)
        uv = Path(folder) / "bin" / "uv"
        _resolve(uv, "run")
        _resolve(uv, "build", "--extra", "build", "-c", str(HERE / "run.lock"))
        _resolve(uv, "dev", "--extra", "dev", "--extra", "build", "-c", str(HERE / "run.lock"))


def _resolve(uv: Path, name: str, *options: str) -> None:
    target = HERE / f"{name}.lock"
    target.unlink(missing_ok=True)
    print(f"Resolving {target.name} …")
    command = [
        uv, "pip", "compile", "pyproject.toml", "--universal", "--python-version", "3.11", "--generate-hashes",
        "--no-emit-index-url", "--custom-compile-command", "make lock", "--quiet", "-o", target, *options,
    ]  # fmt: skip
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=HERE.parent)


if __name__ == "__main__":
    sys.exit(main())

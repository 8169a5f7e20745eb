"""What `./riskmap test` runs: cheap checks first, each timed, then pytest; the first that fails ends it."""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from backend.operating import frontend

ROOT = Path(__file__).parent.parent
FAST = ("-m", "not browser and not slow")
# A worker for each core, each with a database server of its own; when one is done it takes over from the others.
PARALLEL = ("-n", "logical", "--maxprocesses", "4", "--dist", "worksteal")


@dataclass(frozen=True)
class Check:
    """Its name for people, and what runs it and returns an exit code."""

    name: str
    run: Callable[[], int]


def main(*, is_fast: bool) -> int:
    """Run the checks in order, then the tests; the test runner has the last word, its summary closes the output."""
    for check in CHECKS:
        print(f"── {check.name}", flush=True)
        begun = time.monotonic()
        code = check.run()
        print(f"   {time.monotonic() - begun:.1f} s", flush=True)
        if code:
            print(f"✗ 失败：{check.name}", flush=True)
            return code
    print("── pytest", flush=True)
    return python_tool("pytest", "-q", *PARALLEL, *(FAST if is_fast else ()))()


def python_tool(module: str, *arguments: str) -> Callable[[], int]:
    """Run a tool of the virtual environment at the project's root."""
    return command(sys.executable, "-m", module, *arguments)


def command(*words: str) -> Callable[[], int]:
    """Run a program at the project's root."""
    return lambda: subprocess.run(words, cwd=ROOT, check=False).returncode


CHECKS = (
    Check("ruff check", python_tool("ruff", "check", ".")),
    Check("ruff format", python_tool("ruff", "format", "--check", ".")),
    Check("import-linter", command(str(Path(sys.executable).with_name("lint-imports")))),
    Check("mypy", python_tool("mypy")),
    Check("tsc", lambda: frontend.run_node("node_modules/typescript/bin/tsc", "-p", "tsconfig.json")),
    Check("node --test", lambda: frontend.run_node("--test", "tests/**/*.test.js")),
)

"""The steps of `./riskmap test`, each timed; the first that fails ends the run."""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from backend import frontend

ROOT = Path(__file__).parent.parent
FAST = ("-m", "not browser and not slow")


@dataclass(frozen=True)
class Step:
    """One check: its name for people, and what runs it and returns an exit code."""

    name: str
    run: Callable[[], int]


def main(*, is_fast: bool) -> int:
    """Run the steps in order; pytest comes last, so that its summary closes the output."""
    started = time.monotonic()
    done: list[tuple[str, float]] = []
    for step in steps(is_fast=is_fast):
        print(f"── {step.name}", flush=True)
        begun = time.monotonic()
        code = step.run()
        done.append((step.name, time.monotonic() - begun))
        if code or step.name == "pytest":
            report(done, time.monotonic() - started, failed=step.name if code else None)
            return code
    raise AssertionError("pytest is the last step")


def report(done: list[tuple[str, float]], total: float, *, failed: str | None) -> None:
    """Say how long each step took, on the error channel: the test runner has the last word on the other."""
    for name, seconds in done:
        print(f"   {seconds:7.1f} s  {name}", file=sys.stderr)
    verdict = f"失败：{failed}" if failed else "全部通过"
    print(f"   {total:7.1f} s  {verdict}", file=sys.stderr, flush=True)


def steps(*, is_fast: bool) -> list[Step]:
    """The table of checks, cheapest first."""
    return [
        Step("ruff check", python_tool("ruff", "check", ".")),
        Step("ruff format", python_tool("ruff", "format", "--check", ".")),
        Step("imports", command(str(Path(sys.executable).with_name("lint-imports")))),
        Step("mypy", python_tool("mypy")),
        Step("tsc", lambda: frontend.run_node("node_modules/typescript/bin/tsc", "-p", "tsconfig.json")),
        Step("node --test", lambda: frontend.run_node("--test", "tests/*.test.js")),
        Step(
            "pytest",
            python_tool("pytest", "-q", *(FAST if is_fast else ())),
        ),
    ]


def python_tool(module: str, *arguments: str) -> Callable[[], int]:
    """Run a tool of the virtual environment at the project's root."""
    return command(sys.executable, "-m", module, *arguments)


def command(*words: str) -> Callable[[], int]:
    """Run a program at the project's root."""
    return lambda: subprocess.run(words, cwd=ROOT, check=False).returncode

"""Guides as a shell sees them: the commands, and what the page says they print."""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.real_data import PROJECT

FENCED = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SERVE = "./riskmap serve\n"


@dataclass(frozen=True)
class Step:
    """One block of commands and the lines that the guide shows below it."""

    commands: str
    shown: tuple[str, ...]


def read_guide(name: str) -> list[Step]:
    """Take a guide's blocks of commands; the last one serves the map."""
    steps: list[Step] = []
    for language, block in FENCED.findall(guide_path(name).read_text(encoding="utf-8")):
        if language == "sh":
            steps.append(Step(block, ()))
        else:
            steps[-1] = Step(steps[-1].commands, tuple(block.splitlines()))
    return steps


def guide_path(name: str) -> Path:
    """Where a guide is."""
    return PROJECT / "docs" / "guides" / f"{name}.md"


def lines_not_printed(shown: tuple[str, ...], output: str) -> list[str]:
    r"""Find the shown lines that the output lacks, in their order; a guide may leave lines out but not reorder them.

    >>> lines_not_printed(("b", "d"), "a\nb\nc\nd"), lines_not_printed(("d", "b"), "a\nb\nc\nd")
    ([], ['b'])
    """
    # No terminal shows the byte-order mark of a quarantine file.
    printed = iter(line.rstrip() for line in output.replace("\ufeff", "").splitlines())
    return [line for line in shown if line.rstrip() not in printed]

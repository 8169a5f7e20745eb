"""The project's own files, for rules about them."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("geodata", "tiles", "backend")


def files(*patterns: str, under: tuple[str, ...] = PACKAGES) -> Iterator[Path]:
    """Every file that fits a pattern, without what was installed."""
    for folder in under:
        for pattern in patterns:
            found = (ROOT / folder).rglob(pattern)
            yield from (path for path in found if not {"node_modules", "vendor"} & set(path.parts))


def place(path: Path, line: int) -> str:
    """Where something is, as an editor understands it."""
    return f"{path.relative_to(ROOT)}:{line}"


def tree(path: Path) -> ast.Module:
    """What a Python file says."""
    return ast.parse(path.read_text("utf-8"), filename=str(path))

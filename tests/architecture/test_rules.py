"""Rules of the house that no linter knows."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.sources import PACKAGES, ROOT, files, place, tree

COLOUR = re.compile(r"""["'`]#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})["'`]""")
FROM_OUTSIDE = re.compile(r"""(?:src|href)\s*=\s*["'](?:https?:)?//|(?:from|import)\s*\(?["']https?://""")
# Areas and groups are for everybody; of these, who asks decides.
SCOPED = {
    *("Enterprise", "Zone", "Receptor", "Corridor"),
    *(
        "RiskPoint",
        "RiskEvent",
        "RiskEventCount",
        "ControlMeasure",
        "ResponsiblePerson",
        "MajorHazardInstallation",
        "ProtectiveArea",
        "RosterEntry",
    ),
    *("Submission", "Downgrade"),
    "Conflict",
    *("ProximityRun", "ProximityPair"),
}
# Whole tables are the business of whoever fills them.
FILLING = ("backend/importing/", "backend/demo/")
# Says something of the database as a whole, and nothing of a row; or which work is to be done, whosever it is.
FACTS = {"has_demo_rows", "open_runs"}


def test_grade_colours_stand_in_one_place() -> None:
    coloured = [
        place(path, number)
        for path in files("*.py", "*.sql")
        if path != ROOT / "backend/grades.py"
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if COLOUR.search(line)
    ]
    assert coloured == []


def test_init_files_hold_a_docstring_and_nothing_else() -> None:
    speaking = [
        place(path, 1)
        for path in files("__init__.py", under=(*PACKAGES, "tests"))
        if ast.get_docstring(tree(path)) is None or len(tree(path).body) != 1
    ]
    assert speaking == []


def test_every_folder_of_tests_is_a_package() -> None:
    folders = {path.parent for path in files("*.py", under=("tests",))}
    assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


def test_rows_that_belong_to_somebody_are_selected_through_visible_functions() -> None:
    ungated = [
        place(path, call.lineno)
        for path in files("*.py", under=("backend",))
        if not str(path.relative_to(ROOT)).startswith(FILLING)
        for function, call in selects(tree(path))
        if not function.startswith("visible_") and function not in FACTS
    ]
    assert ungated == []


def selects(module: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Each `select(…)` of a scoped model, with the name of the function around it."""

    def walk(node: ast.AST, function: str) -> Iterator[tuple[str, ast.Call]]:
        for child in ast.iter_child_nodes(node):
            inside = child.name if isinstance(child, ast.FunctionDef) else function
            if isinstance(child, ast.Call) and called(child) == "select" and chosen(child) & SCOPED:
                yield function, child
            yield from walk(child, inside)

    return walk(module, "")


def called(call: ast.Call) -> str:
    """The last word of what is called: `sa.select(…)` is `select`."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def chosen(call: ast.Call) -> set[str]:
    """Names in the arguments: `Enterprise` of `select(Enterprise.id)`."""
    return {node.id for argument in call.args for node in ast.walk(argument) if isinstance(node, ast.Name)}


def test_an_ungated_select_would_be_found() -> None:
    """The rule above can fail."""
    module = ast.parse("def every(session):\n    return session.scalars(sa.select(Enterprise.id))")
    assert [function for function, _ in selects(module)] == ["every"]


def test_the_page_loads_nothing_from_outside() -> None:
    outside = [
        place(path, number)
        for path in files("*.html", "*.js", "*.css", under=("frontend_static",))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if FROM_OUTSIDE.search(line)
    ]
    assert outside == []

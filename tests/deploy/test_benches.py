"""A benchmark is run by its path, so its folder comes first in the search: `bench/pages.py` would stand before the package."""

import ast
from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parents[2] / "bench"
PACKAGES = {folder.name for folder in BENCH.parent.iterdir() if (folder / "__init__.py").exists()}
NAMESAKES = PACKAGES & {path.stem for path in BENCH.glob("*.py")}


def imported(node: ast.stmt) -> str:
    """The top package a statement imports; nothing for other statements."""
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").partition(".")[0]
    return node.names[0].name.partition(".")[0] if isinstance(node, ast.Import) else ""


def parts_of(script: Path) -> set[str]:
    """Names of files beside it that a script imports as `bench.…`: the project stands first by then, or they are not found."""
    nodes = [
        node for node in ast.walk(ast.parse(script.read_text(encoding="utf-8"))) if isinstance(node, ast.ImportFrom)
    ]
    whole = {alias.name for node in nodes if node.module == "bench" for alias in node.names}
    return whole | {
        (node.module or "").removeprefix("bench.") for node in nodes if (node.module or "").startswith("bench.")
    }


PARTS = set[str]().union(*map(parts_of, BENCH.glob("*.py"))) - {
    path.stem for path in BENCH.glob("*.py") if "__main__" in path.read_text(encoding="utf-8")
}
"""What is no script itself; it may rely on whoever imports it."""


def puts_the_project_first(node: ast.stmt) -> bool:
    return "sys.path" in ast.unparse(node) and not isinstance(node, ast.FunctionDef)


@pytest.mark.parametrize(
    "script", sorted(path for path in BENCH.glob("*.py") if path.stem not in PARTS), ids=lambda path: path.stem
)
def test_packages_are_found_before_their_namesakes(script):
    for node in ast.parse(script.read_text(encoding="utf-8")).body:
        if puts_the_project_first(node):
            return
        # Any package of the project may import a namesake in turn.
        assert imported(node) not in PACKAGES, f"line {node.lineno}: sys.path still begins with bench/"


def test_scripts_and_their_parts_are_told_apart():
    assert {"forest", "province", "situation"} <= PARTS
    assert not {"confidence", "pages", "search"} & PARTS


def test_there_are_namesakes():
    assert {"pages", "search"} <= NAMESAKES

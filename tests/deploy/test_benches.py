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


def puts_the_project_first(node: ast.stmt) -> bool:
    return "sys.path" in ast.unparse(node) and not isinstance(node, ast.FunctionDef)


@pytest.mark.parametrize("script", sorted(BENCH.glob("*.py")), ids=lambda path: path.stem)
def test_packages_are_found_before_their_namesakes(script):
    for node in ast.parse(script.read_text(encoding="utf-8")).body:
        if puts_the_project_first(node):
            return
        # Any package of the project may import a namesake in turn.
        assert imported(node) not in PACKAGES, f"line {node.lineno}: sys.path still begins with bench/"


def test_there_are_namesakes():
    assert {"pages", "search"} <= NAMESAKES

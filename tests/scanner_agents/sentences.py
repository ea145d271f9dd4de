"""Which sentences the agent's source asks gettext for."""

import ast
from collections.abc import Iterator
from pathlib import Path

import scanner_agents

SOURCE = Path(scanner_agents.__file__).parent
MARKS = {"say", "_say", "N_"}


def in_source() -> set[str]:
    """All constant strings handed to `say(…)` or `N_(…)`."""
    return {text for path in SOURCE.glob("*.py") for text in _in_file(path)}


def _in_file(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or len(node.args) != 1:
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        value = node.args[0]
        if name in MARKS and isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value

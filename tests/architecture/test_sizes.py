"""Sizes past which code wants a second look."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.house import ROOT, modules

MODULE_LINES = 300
FUNCTION_LINES = 40


def _functions(path: Path) -> Iterator[tuple[str, int]]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=str(path))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def rooms() -> list[Path]:
    """Modules of the rooms: a test file is as long as what it tries."""
    return [path for path in modules() if path.parts[0] != "tests"]


def test_modules_stay_under_300_lines() -> None:
    long = [
        f"{path} has {lines} lines"
        for path in rooms()
        if (lines := len((ROOT / path).read_text(encoding="utf-8").splitlines())) >= MODULE_LINES
    ]
    assert long == []


def test_functions_stay_within_40_lines() -> None:
    long = [
        f"{path}: {name} has {lines} lines"
        for path in rooms()
        for name, lines in _functions(path)
        if lines > FUNCTION_LINES
    ]
    assert long == []

"""The budget of the house: small files, small functions, no broad silence."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
LONGEST_FILE = 400
LONGEST_FUNCTION = 40


def sources() -> Iterator[tuple[Path, str]]:
    """Every Python file of the project, migrations apart."""
    for folder in ("pod", "tests", "custom"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT), path.read_text(encoding="utf-8")


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_file_is_longer_than_the_budget() -> None:
    """A file that wants to grow past 400 lines is two things."""
    assert [str(path) for path, text in sources() if text.count("\n") > LONGEST_FILE] == []


def test_no_function_is_longer_than_the_budget() -> None:
    """A function of the application, its docstring apart, has at most 40 lines."""
    long = [
        f"{path}:{node.lineno} {node.name}"
        for path, text in sources()
        if path.parts[0] == "pod"
        for node in functions(ast.parse(text))
        if _lines(node) > LONGEST_FUNCTION
    ]
    assert long == []


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (node.end_lineno or 0) - body[0].lineno + 1 if body else 0

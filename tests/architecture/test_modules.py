"""What every module owes its reader: a length that can be read, and a word on each public name."""

import ast
from collections.abc import Iterator
from pathlib import Path

LINES = 400
PACKAGES = ("indicators", "geo", "evaluate")


def modules(root: Path, *folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (root / folder).rglob("*.py"))


def test_no_module_is_too_long(root: Path) -> None:
    lengths = {
        str(path.relative_to(root)): len(path.read_text(encoding="utf-8").splitlines())
        for path in modules(root, *PACKAGES, "tests", "benchmarks")
    }
    assert len(lengths) > len(PACKAGES)
    assert not {name: length for name, length in lengths.items() if length > LINES}


def public(tree: ast.Module, name: str) -> Iterator[tuple[str, ast.AST]]:
    """Every public class and function of a module, and the public methods of its public classes."""
    yield name, tree
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield f"{name}.{node.name}", node
            if isinstance(node, ast.ClassDef):
                for inner in node.body:
                    if isinstance(inner, ast.FunctionDef) and not inner.name.startswith("_"):
                        yield f"{name}.{node.name}.{inner.name}", inner


def inherited(node: ast.AST) -> bool:
    """Whether a method says that another one describes it."""
    decorators = getattr(node, "decorator_list", [])
    return any(ast.unparse(decorator).endswith(("override", "overload")) for decorator in decorators)


def test_every_public_name_has_a_docstring(root: Path) -> None:
    bare = []
    for path in modules(root, *PACKAGES):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        name = ".".join(path.relative_to(root).with_suffix("").parts)
        bare += [
            found
            for found, node in public(tree, name)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and not inherited(node)
            and not ast.get_docstring(node)
        ]
    assert not bare

"""What the keys of a document's parts mean: the docstrings below them, read from the source."""

import ast
import inspect
from collections.abc import Iterator
from itertools import pairwise


def descriptions(part: type) -> dict[str, str]:
    """Give each key's docstring, by key; a part's own goes before one it inherits."""
    house = [cls for cls in reversed(part.__mro__) if _room(cls) not in {"pydantic", "builtins"}]
    return {key: said for cls in house for key, said in _own(cls)}


def _room(cls: type) -> str:
    return cls.__module__.partition(".")[0]


def _own(part: type) -> Iterator[tuple[str, str]]:
    # A class of a module begins in its first column: its source is read as a module of its own.
    (found,) = ast.parse(inspect.getsource(part)).body
    for key, below in pairwise(getattr(found, "body", ())):
        match key, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(said))),
            ):
                yield name, inspect.cleandoc(said)
            case _:
                pass

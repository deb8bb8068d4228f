"""Reading a plan: YAML with line numbers into a frozen `Plan`, or every problem at once."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import ConstructorError, DuplicateKeyError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError

from config.checking import check
from config.plan import Plan
from config.problems import PlanError, Problem
from config.saying import words

Place = tuple[str | int, ...]


def load(path: Path) -> Plan:
    """Give the plan of a file; PlanError names every problem with file, line and key."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise PlanError([Problem(path.name, 1, "plan", _NO_FILE)]) from None
    except UnicodeDecodeError:
        raise PlanError([Problem(path.name, 1, "plan", "is not UTF-8; save it as UTF-8")]) from None
    return parse(text, path.name)


_NO_FILE = "there is no such file; `changeover init` writes one"


def parse(text: str, name: str) -> Plan:
    """Give the plan of a text; `name` stands in messages."""
    tree = _tree(text, name)
    try:
        plan = Plan.model_validate(tree)
    except ValidationError as error:
        # A list whose every item failed is called too short besides; that says nothing new.
        # Nor does it that a part is not the one word that could stand in its place.
        told = [
            e
            for e in error.errors()
            if not (e["type"] == "too_short" and e["input"])
            and not (e["type"] == "literal_error" and isinstance(e["input"], dict))
        ]
        found = [_problem(e, tree, name) for e in told]
        raise PlanError(sorted(set(found))) from None
    wrong = [
        Problem(name, line_of(tree, place), dotted(place), said) for place, said in check(plan)
    ]
    if wrong:
        raise PlanError(sorted(wrong))
    return plan


def located(text: str, name: str, wrong: Iterable[tuple[Place, str]]) -> list[Problem]:
    """Give problems found elsewhere their lines in a plan's text, in the text's order."""
    tree = _tree(text, name)
    return sorted(Problem(name, line_of(tree, at), dotted(at), said) for at, said in wrong)


def _tree(text: str, name: str) -> Any:  # noqa: ANN401 - YAML may hold anything
    try:
        tree = _yaml().load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        said = _yaml_words(error)
        line = mark.line + 1 if mark else 1
        raise PlanError([Problem(name, line, "yaml", said)]) from None
    if not isinstance(tree, dict):
        message = "a plan is a list of keys such as `rollout:`; see `changeover init`"
        raise PlanError([Problem(name, 1, "plan", message)])
    return tree


def _yaml_words(error: MarkedYAMLError) -> str:
    """Say what is wrong; of a key that stands twice without its values, which may be secret."""
    if isinstance(error, DuplicateKeyError):
        key = (error.problem or "").removeprefix("found duplicate key").split(" with value", 1)[0]
        return f"the key {key.strip()} stands there twice; keep one"
    return " ".join(f"{error.context or ''} {error.problem or ''}".split())


class _Texts(RoundTripConstructor):
    """Leaves dates as text: one that does not exist is then refused with its line."""


_Texts.add_constructor("tag:yaml.org,2002:timestamp", RoundTripConstructor.construct_yaml_str)


def _no_tag(_: object, node: Any) -> Any:  # noqa: ANN401 - ruamel's node
    said = f"{node.tag} is no tag of a plan; write the value alone"
    raise ConstructorError(problem=said, problem_mark=node.start_mark)


_Texts.add_constructor(None, _no_tag)


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.Constructor = _Texts
    return yaml


def line_of(tree: Any, place: Place) -> int:  # noqa: ANN401 - a node of the YAML tree
    """Give the line (from 1) of a place in the tree, or of the nearest part above it."""
    line = 0
    for step in place:
        try:
            if isinstance(tree, CommentedMap):
                line = tree.lc.key(step)[0]
            elif isinstance(tree, CommentedSeq):
                line = tree.lc.item(step)[0]
            tree = tree[step]
        except (KeyError, IndexError, TypeError, AttributeError):
            break
    return line + 1


def dotted(place: Place) -> str:
    """Write a place as `phases[1].who.share`."""
    words = ""
    for step in place:
        words += f"[{step}]" if isinstance(step, int) else f".{step}"
    return words.lstrip(".") or "plan"


def _problem(error: Any, tree: Any, name: str) -> Problem:  # noqa: ANN401 - pydantic's dict
    place = tuple(error["loc"])
    shown = _shown(place, tree, missing=error["type"] == "missing")
    return Problem(name, line_of(tree, shown), dotted(shown), words(error, place))


def _shown(place: Place, tree: Any, *, missing: bool) -> Place:  # noqa: ANN401 - of the YAML tree
    """Drop the names of unions' members, which no plan contains; a missing key is kept."""
    if not place:
        return ()
    step, rest = place[0], place[1:]
    if missing and not rest:
        return (step,) if isinstance(tree, dict) else ()
    without = _shown(rest, tree, missing=missing)
    inside = (isinstance(tree, dict) and step in tree) or (
        isinstance(tree, list) and isinstance(step, int) and step < len(tree)
    )
    if not inside:
        return without
    # A member may have a key's name, as `kind: folder` has: what leads on is what was meant.
    within = (step, *_shown(rest, tree[step], missing=missing))
    return within if len(within) > len(without) else without

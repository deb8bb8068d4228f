"""What changed between two plans: one line for each key."""

from collections.abc import Iterator, Mapping

from config.plan import Plan

_PRIVATE = frozenset({"token", "password", "url"})
"""Keys that may hold a secret although they should not: their values are never shown."""


def difference(old: Plan, new: Plan) -> list[str]:
    """Give each key that changed as `key: before -> after`, phases by name, in the plan's order."""
    before, after = dict(_flat(_tree(old))), dict(_flat(_tree(new)))
    keys = [*after, *(k for k in before if k not in after)]
    return [_line(k, before.get(k), after.get(k)) for k in keys if before.get(k) != after.get(k)]


def _tree(plan: Plan) -> dict[str, object]:
    tree: dict[str, object] = plan.model_dump(mode="json")
    tree["phases"] = {phase["name"]: phase for phase in tree["phases"]}  # type: ignore[attr-defined]
    tree["order of phases"] = " ".join(phase.name for phase in plan.phases)
    return tree


def _flat(value: object, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _flat(inner, f"{key}.{name}".lstrip("."))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _flat(inner, f"{key}[{number}]")
    elif value is not None:
        yield key, str(value)


def _line(key: str, before: str | None, after: str | None) -> str:
    name = key.rpartition(".")[2]
    if name in _PRIVATE:
        before, after = _hidden(before), _hidden(after)
    if before is None:
        return f"{key}: {after} (new)"
    if after is None:
        return f"{key}: {before} (gone)"
    return f"{key}: {before} -> {after}"


def _hidden(value: str | None) -> str | None:
    return value if value is None or value.startswith("secret:") else "(not shown)"

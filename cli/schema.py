"""`changeover schema`: what a plan may say, for editors."""

import json

from config.plan import Plan


def schema() -> None:
    """Print the JSON Schema of a plan: `changeover schema > changeover.schema.json`."""
    print(json.dumps(plan_schema(), indent=2, ensure_ascii=False))


def plan_schema() -> dict[str, object]:
    """Give the JSON Schema (draft 2020-12) of a plan."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "changeover.schema.json",
        **Plan.model_json_schema(),
    }

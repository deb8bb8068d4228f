"""What a plan's keys mean stands in its JSON Schema, and is not read for anything else."""

import subprocess
import sys

from config.criteria import Adopted
from config.plan import Plan


def test_a_keys_docstring_is_its_description_also_where_it_is_inherited() -> None:
    found = Plan.model_json_schema()
    assert found["properties"]["start"]["description"] == "Launch day of the first phase."
    assert "on_miss" not in vars(Adopted)["__annotations__"]
    inherited = found["$defs"]["Adopted"]["properties"]["on_miss"]
    assert inherited["description"] == "What a miss does when the numbers decide."
    assert "description" not in found["$defs"]["Who"]["properties"]["site"]


def test_reading_a_plan_reads_no_source() -> None:
    script = "import ast, sys; ast.parse = None; import config.loading"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr

"""The page on metrics names each, and no other."""

import re
from pathlib import Path

from config.names import Metric

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "metrics.md"


def test_every_metric_stands_on_the_page_with_unit_source_and_window() -> None:
    rows = re.findall(r"(?m)^\| `(\w+)` \|(.+)\|$", PAGE.read_text(encoding="utf-8"))
    assert sorted(name for name, _ in rows) == sorted(metric.value for metric in Metric)
    for name, rest in rows:
        cells = [cell.strip() for cell in rest.split("|")]
        assert len(cells) == 5, name
        assert all(cells), name

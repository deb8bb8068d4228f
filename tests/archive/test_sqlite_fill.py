"""A drill is quick from the first row on."""

import subprocess
import sys
from pathlib import Path

from archive import sqlite_copy
from tests.archive.sources import archived, shop

DRILL = """
import sys
from pathlib import Path
from archive.restore import restore
archive, target = sys.argv[1:]
assert restore(Path(archive), "sqlite:///" + target).equal
assert "pandas" not in sys.modules
"""


def test_no_pandas_is_imported_and_the_file_is_the_same(tmp_path: Path) -> None:
    archived(shop(tmp_path / "old.sqlite"), tmp_path / "archive")
    again = tmp_path / "again.sqlite"
    subprocess.run([sys.executable, "-c", DRILL, tmp_path / "archive", again], check=True)
    assert again.read_bytes() == (tmp_path / "archive" / sqlite_copy.FILE).read_bytes()

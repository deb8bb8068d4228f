"""The repository names no machine it was made on, and no host its packages came from."""

import re

from tests.architecture.house import ROOT, tracked_files

# Taken apart, so that this file does not name them either. A path counts at the start of a
# word only: `homework/` and an address's own path are nobody's machine.
FOLDERS = [r"(?<![\w.\-/])/" + name + r"\b/?" for name in ("work/", "root/", "opt/pypi")]
HOSTS = [
    host.replace(" ", ".").replace(".", r"\.")
    for host in (
        *("pypi org", "files pythonhosted org", "registry npmjs org"),
        *("deb debian org", "security debian org", "snapshot debian org"),
    )
]
PLACES = re.compile("|".join([*FOLDERS, *HOSTS]), re.IGNORECASE)

# Each locked package stands there with the address it came from: that is what a lock is.
EXCEPTED = {"uv.lock"}


def test_no_tracked_text_names_a_machine_or_a_registry() -> None:
    found = [
        f"{path}:{number}: {line.strip()[:100]}"
        for path in tracked_files()
        if str(path) not in EXCEPTED
        for number, line in enumerate(_lines(path), start=1)
        if PLACES.search(line)
    ]
    assert found == []


def _lines(path: object) -> list[str]:
    data = (ROOT / str(path)).read_bytes()
    return [] if b"\0" in data else data.decode("utf-8", errors="replace").splitlines()

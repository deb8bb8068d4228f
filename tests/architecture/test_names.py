"""Names that would let one thing be taken for another."""

import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from importlib.util import find_spec

import pytest

from tests.architecture.house import ROOMS, ROOT, tracked_files

NAMELESS = {"utils", "util", "helpers", "helper", "common", "core", "manager", "managers", "misc"}


@pytest.mark.parametrize("room", ["flows", "tasks"])
def test_no_file_bears_the_name_of_a_top_level_package(room: str) -> None:
    # A deployment's path entrypoint puts the folder first on sys.path, where its files would
    # be taken for the packages of the same name.
    packages = {*ROOMS, *sys.stdlib_module_names, *packages_distributions()}
    stems = {path.stem for path in (ROOT / room).glob("*.py")} - {"__init__"}
    assert not stems & packages


def test_every_room_is_installed_and_under_contract() -> None:
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    assert tool["hatch"]["build"]["targets"]["wheel"]["packages"] == ROOMS
    assert tool["importlinter"]["root_packages"] == ROOMS
    folders = {path.parts[0] for path in tracked_files() if path.suffix == ".py"}
    assert folders - {"tests"} <= {*ROOMS}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_is_ours_and_no_installed_package(room: str) -> None:
    spec = find_spec(room)
    assert spec is not None
    assert spec.origin == str(ROOT / room / "__init__.py")


def test_folders_and_modules_are_named_for_what_they_hold() -> None:
    found = [path for path in tracked_files() if NAMELESS & {*path.parts[:-1], path.stem}]
    assert found == []


def test_rooms_are_found_from_any_folder_and_not_shadowed_there(tmp_path: object) -> None:
    command = [sys.executable, "-P", "-c", "import config; print(config.__file__)"]
    run = subprocess.run(command, cwd=str(tmp_path), capture_output=True, text=True, check=True)
    assert run.stdout.strip() == str(ROOT / "config" / "__init__.py")

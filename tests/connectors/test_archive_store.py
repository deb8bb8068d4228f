"""A copy of an archive is read back; over S3 against moto, which is a server and not Amazon.

moto answers as S3 does, keeps versions and refuses to delete a locked one. It proves that we speak
the protocol and read back what we wrote; it does not prove that a provider's lock holds.
"""

import logging
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal, Protocol
from uuid import uuid4

import fsspec
import pytest
from moto.moto_server.threaded_moto_server import ThreadedMotoServer

from archive.verify import verify
from config.archive import CopyTo
from connectors.archive_store import ArchiveStore
from connectors.errors import Misconfigured, Refused, Unreachable
from tests.archive.sources import KEY, bytes_of, shop, signed

UNTIL = date(2036, 12, 31)
SECRETS = {"secret:s3-key": "a-key", "secret:s3-secret": "a-secret"}


class S3(Protocol):
    """What the tests ask of fsspec's S3."""

    def call_s3(self, method: str, **more: object) -> Any: ...  # noqa: ANN401 - boto's answers

    def find(self, path: str) -> list[str]: ...


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    signed(shop(folder / "old.sqlite"), folder / "kept")
    return folder / "kept"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """Start moto's S3 server on a free port of loopback."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3(endpoint: str) -> S3:
    """Speak with it directly."""
    options: Any = {"client_kwargs": {"endpoint_url": endpoint}, "skip_instance_cache": True}
    made: S3 = fsspec.filesystem("s3", key="a-key", secret="a-secret", **options)
    return made


@pytest.fixture
def bucket(s3: S3) -> str:
    name = f"b{uuid4().hex}"
    s3.call_s3("create_bucket", Bucket=name, ObjectLockEnabledForBucket=True)
    return name


def store(
    endpoint: str, url: str, lock: Literal["none", "governance", "compliance"] = "none"
) -> ArchiveStore:
    key, secret = SECRETS
    place = CopyTo(url=url, endpoint=endpoint, key=key, secret=secret, lock=lock)
    return ArchiveStore(place, Path(), lambda name: SECRETS.get(name, name))


def folder_store(tmp_path: Path) -> ArchiveStore:
    return ArchiveStore(CopyTo(url="elsewhere"), tmp_path, str)


def test_a_copy_in_a_folder_is_the_same_and_verifies(archive: Path, tmp_path: Path) -> None:
    copied = folder_store(tmp_path).put(archive, None)
    assert bytes_of(tmp_path / "elsewhere/kept") == bytes_of(archive)
    assert verify(tmp_path / "elsewhere/kept", None, KEY.fingerprint).holds
    assert (
        copied.words
        == f"copied to {tmp_path}/elsewhere/kept, {len(bytes_of(archive))} files read back "
        "and equal"
    )


def test_a_copy_that_died_is_finished_and_another_file_there_is_refused(
    archive: Path, tmp_path: Path
) -> None:
    folder_store(tmp_path).put(archive, None)
    copy = tmp_path / "elsewhere/kept"
    (copy / "manifest.json").unlink()
    folder_store(tmp_path).put(archive, None)
    assert bytes_of(copy) == bytes_of(archive)
    (copy / "README.txt").write_text("other")
    with pytest.raises(Refused, match=r"README.txt is not what was written"):
        folder_store(tmp_path).put(archive, None)
    shutil.copy(archive / "README.txt", copy / "README.txt")
    (copy / "stranger").touch()
    with pytest.raises(Refused, match="holds stranger"):
        folder_store(tmp_path).put(archive, None)


def test_the_lists_come_last(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = []
    made = folder_store(tmp_path)
    honest = made._put

    def noted(path: Path, at: str) -> None:
        order.append(path.name)
        honest(path, at)

    monkeypatch.setattr(made, "_put", noted)
    made.put(archive, None)
    assert order[-2:] == ["tagmanifest-sha256.txt", "tagmanifest-sha256.txt.sig"]


def test_a_copy_in_s3_is_locked_until_its_day_and_comes_back(
    archive: Path, tmp_path: Path, endpoint: str, bucket: str, s3: S3
) -> None:
    made = store(endpoint, f"s3://{bucket}/old", lock="compliance")
    copied = made.put(archive, UNTIL)
    assert copied.words.endswith("locked (compliance) until 2036-12-31")
    for name in bytes_of(archive):
        seen = s3.call_s3("head_object", Bucket=bucket, Key=f"old/kept/{name}")
        assert seen["ObjectLockMode"] == "COMPLIANCE"
        assert seen["ObjectLockRetainUntilDate"] >= datetime(2037, 1, 1, tzinfo=UTC)
    versions = s3.call_s3("list_object_versions", Bucket=bucket, Prefix="old/kept/manifest.json")
    which = {"Bucket": bucket, "Key": "old/kept/manifest.json"}
    with pytest.raises(PermissionError):
        s3.call_s3("delete_object", **which, VersionId=versions["Versions"][0]["VersionId"])
    made.get("kept", tmp_path / "back")
    assert bytes_of(tmp_path / "back") == bytes_of(archive)
    assert made.put(archive, UNTIL) == copied


def test_without_a_lock_none_is_set(archive: Path, endpoint: str, bucket: str, s3: S3) -> None:
    store(endpoint, f"s3://{bucket}/old").put(archive, UNTIL)
    seen = s3.call_s3("head_object", Bucket=bucket, Key="old/kept/README.txt")
    assert "ObjectLockMode" not in seen


def test_what_was_changed_on_its_way_is_found(
    archive: Path, endpoint: str, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = store(endpoint, f"s3://{bucket}/old")
    honest = made._files.put_file

    def lossy(path: str, at: str) -> None:
        honest("/dev/null" if path.endswith("README.txt") else path, at)

    monkeypatch.setattr(made._files, "put_file", lossy)
    with pytest.raises(Refused, match=r"README.txt is not what was written there"):
        made.put(archive, None)


def test_a_bucket_without_lock_is_refused_before_anything_is_written(
    archive: Path, endpoint: str, s3: S3
) -> None:
    s3.call_s3("create_bucket", Bucket="no-lock-here")
    with pytest.raises(Misconfigured, match="no-lock-here has no object lock"):
        store(endpoint, "s3://no-lock-here/old", lock="governance").put(archive, UNTIL)
    assert not s3.find("no-lock-here")


def test_a_lock_that_does_not_hold_is_found(
    archive: Path, endpoint: str, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = store(endpoint, f"s3://{bucket}/old", lock="governance")
    honest = made._files.call_s3

    def forgetful(method: str, **more: object) -> object:
        return None if method == "put_object_retention" else honest(method, **more)

    monkeypatch.setattr(made._files, "call_s3", forgetful)
    with pytest.raises(Refused, match="was not locked until 2036-12-31"):
        made.put(archive, UNTIL)


def test_errors_are_of_the_three_kinds(archive: Path, endpoint: str, bucket: str, s3: S3) -> None:
    with pytest.raises(Misconfigured, match="bucket does not exist"):
        store(endpoint, "s3://nowhere-at-all/old").put(archive, None)
    assert "nowhere-at-all" not in [b["Name"] for b in s3.call_s3("list_buckets")["Buckets"]]
    with pytest.raises(Refused, match="there is no kept"):
        store(endpoint, f"s3://{bucket}/old").get("kept", Path("nowhere"))
    with pytest.raises(Unreachable):
        store("http://127.0.0.1:9", "s3://bucket/old").put(archive, None)
    with pytest.raises(Misconfigured, match="copies cannot go to gopher"):
        ArchiveStore(CopyTo(url="gopher://there"), Path(), str)

"""A folder and a bucket behave the same, and nothing is ever half there."""

import datetime as dt
import os
from pathlib import Path

import pytest
from bucket import Bucket, served

from fortnox_assets.storage import PARTS, Store, StoreError
from fortnox_assets.uploads import SieUploads


@pytest.fixture
def bucket() -> Bucket:
    return Bucket()


@pytest.fixture(params=["file", "gs"])
def store(request, tmp_path, bucket):
    if request.param == "file":
        yield Store.opened("file:", tmp_path / "kept")
        return
    with served(bucket) as url:
        yield Store.opened("gs://papers/of/us", tmp_path, url)


@pytest.fixture
def source(tmp_path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(os.urandom(3_000_000))
    return path


def test_a_file_comes_back_as_it_was_put(store, source, tmp_path):
    assert store.size("ovn/aa/one.pdf") is None
    store.put(source, "ovn/aa/one.pdf", "application/pdf")
    assert store.size("ovn/aa/one.pdf") == 3_000_000
    assert [(each.path, each.name, each.size) for each in store.files("ovn/aa")] == [
        ("ovn/aa/one.pdf", "one.pdf", 3_000_000)
    ]
    store.fetch("ovn/aa/one.pdf", tmp_path / "back" / "one")
    assert (tmp_path / "back" / "one").read_bytes() == source.read_bytes()
    store.move("ovn/aa/one.pdf", "ovn/old/one.pdf")
    assert (store.size("ovn/aa/one.pdf"), store.size("ovn/old/one.pdf")) == (None, 3_000_000)


def test_an_empty_place_has_no_files(store):
    assert store.files() == store.files("nowhere") == ()


@pytest.mark.parametrize("path", ["../x", "a/../../x", "/etc/passwd", "a//b", "a/./b", "", "a\0b", "a\\..\\b"])
def test_no_path_leaves_the_store(store, source, path):
    for act in (lambda: store.put(source, path), lambda: store.size(path), lambda: store.address(path)):
        with pytest.raises(StoreError, match="is no path inside the store"):
            act()


def test_what_cannot_be_read_is_one_line_and_leaves_nothing(store, tmp_path):
    with pytest.raises(StoreError) as caught:
        store.fetch("ovn/gone", tmp_path / "back")
    assert "cannot read ovn/gone" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "back").exists()


def test_a_put_that_fails_leaves_the_old_file_whole(store, source, tmp_path):
    store.put(source, "one")
    with pytest.raises(StoreError):
        store.put(tmp_path / "not there", "two")
    assert (store.size("one"), store.size("two")) == (3_000_000, None)


def test_a_bucket_says_what_it_is_and_how_its_files_are_called(tmp_path, bucket, source):
    with served(bucket) as url:
        store = Store.opened("gs://papers/of/us", tmp_path, url)
        store.put(source, "ovn/one.pdf", "application/pdf")
        assert store.address("ovn/one.pdf") == "gs://papers/of/us/ovn/one.pdf"
        assert bucket.types == {"of/us/ovn/one.pdf": "application/pdf"}


def test_a_bucket_that_does_not_answer_is_one_line(tmp_path, bucket):
    bucket.broken = True
    with served(bucket) as url, pytest.raises(StoreError, match=r"gs://papers: cannot look up x: .*503"):
        Store.opened("gs://papers", tmp_path, url).size("x")


def test_what_killed_writers_leave_is_removed_after_two_days(tmp_path):
    store = Store.opened(f"file:{tmp_path}", tmp_path)
    parts = tmp_path / PARTS
    parts.mkdir()
    for name, age in (("old", 3), ("new", 1)):
        (parts / name).write_bytes(b"half")
        moment = (dt.datetime.now(dt.UTC) - dt.timedelta(days=age)).timestamp()
        os.utime(parts / name, (moment, moment))
    store.tidy()
    assert [each.name for each in parts.iterdir()] == ["new"]


def test_sie_files_of_a_bucket_are_fetched_once_and_go_when_they_are_gone(tmp_path, bucket):
    with served(bucket) as url:
        uploads = SieUploads(Store.opened("gs://papers/sie", tmp_path, url), tmp_path / "mirror")
        assert not uploads.directory("ovn").exists()
        bucket.objects |= {"sie/ovn/2024.se": b"#FLAGGA 0", "sie/ovn/notes.txt": b"hej", "sie/ovn/replaced/a.se": b"x"}
        for _ in range(2):
            directory = uploads.directory("ovn")
            assert {each.name: each.read_bytes() for each in directory.iterdir()} == {"2024.se": b"#FLAGGA 0"}
        read = [path for _, path in bucket.requests if path.endswith("/2024.se")]
        assert len(read) == 1
        bucket.objects.clear()
        assert list(uploads.directory("ovn").iterdir()) == []

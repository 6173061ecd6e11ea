import errno
import os
import stat
import threading

import pytest
from pydantic import SecretStr

from fortnox_assets.fortnox.errors import StateUnusable
from fortnox_assets.fortnox.tokens import FileTokenStore, MemoryTokenStore, Tokens

FIRST = Tokens(access_token=SecretStr("access-1"), refresh_token=SecretStr("refresh-1"), expires_at=1000.5)
SECOND = Tokens(access_token=SecretStr("access-2"), refresh_token=SecretStr("refresh-2"), expires_at=2000.5)


@pytest.fixture
def store(tmp_path) -> FileTokenStore:
    return FileTokenStore(tmp_path / "tokens")


@pytest.mark.parametrize("make", [lambda path: FileTokenStore(path / "tokens"), lambda path: MemoryTokenStore()])
def test_what_was_saved_last_is_loaded(make, tmp_path):
    store = make(tmp_path)
    assert store.load("are-cykel") is None
    with store.locked("are-cykel"):
        store.save("are-cykel", FIRST)
        store.save("are-cykel", SECOND)
    assert store.load("are-cykel") == SECOND
    assert store.load("bjork-konsult") is None


def test_only_the_owner_can_read_the_file(store, tmp_path):
    previous = os.umask(0)
    try:
        with store.locked("are-cykel"):
            store.save("are-cykel", FIRST)
    finally:
        os.umask(previous)
    for path in (tmp_path / "tokens").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "tokens").stat().st_mode) == 0o700


def test_the_new_pair_is_flushed_before_it_replaces_the_old_and_the_directory_after(store, tmp_path, monkeypatch):
    happened = []
    replace, fsync = os.replace, os.fsync

    def note_fsync(descriptor: int) -> None:
        kind = "directory" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file"
        happened.append(f"flush {kind}")
        fsync(descriptor)

    def note_replace(source, target) -> None:
        happened.append("replace")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", note_fsync)
    monkeypatch.setattr(os, "replace", note_replace)
    store.save("are-cykel", FIRST)
    assert happened == ["flush file", "replace", "flush directory"]


def test_a_full_disk_leaves_the_old_pair_and_says_so(store, monkeypatch):
    store.save("are-cykel", FIRST)

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(StateUnusable, match=r"cannot write the token file .*are-cykel.json: No space left"):
            store.save("are-cykel", SECOND)
    assert store.load("are-cykel") == FIRST


def test_a_damaged_file_is_one_line_without_its_contents(store, tmp_path):
    store.save("are-cykel", FIRST)
    (tmp_path / "tokens" / "are-cykel.json").write_text('{"refresh_token": "refresh-1", ')
    with pytest.raises(StateUnusable, match="run fortnox-assets authorize are-cykel") as raised:
        store.load("are-cykel")
    assert "refresh-1" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_a_directory_that_is_a_file_is_one_line(tmp_path):
    (tmp_path / "tokens").write_text("in the way")
    store = FileTokenStore(tmp_path / "tokens")
    with pytest.raises(StateUnusable, match="cannot write"):
        store.save("are-cykel", FIRST)
    with pytest.raises(StateUnusable, match="cannot lock"), store.locked("are-cykel"):
        pass
    with pytest.raises(StateUnusable, match="cannot read"):
        store.load("are-cykel")


@pytest.mark.parametrize("company", ["../other", "A", "", ".hidden", "a/b"])
def test_a_company_key_cannot_lead_out_of_the_directory(store, company):
    with pytest.raises(StateUnusable, match="is not a company key"):
        store.load(company)


def test_the_lock_keeps_others_out_and_gives_up_with_one_line(store, tmp_path, monkeypatch):
    monkeypatch.setattr("fortnox_assets.fortnox.tokens.LONGEST_LOCK_WAIT_SECONDS", 0.01)
    other = FileTokenStore(tmp_path / "tokens")
    failures = []

    def try_it() -> None:
        try:
            with other.locked("are-cykel"):
                failures.append("got in")
        except StateUnusable as error:
            failures.append(str(error))

    with store.locked("are-cykel"):
        thread = threading.Thread(target=try_it)
        thread.start()
        thread.join()
    assert len(failures) == 1
    assert "another process has held" in failures[0]
    with other.locked("are-cykel"):
        assert store.load("are-cykel") is None


def test_printing_tokens_shows_none():
    assert "access-1" not in repr(FIRST)
    assert "refresh-1" not in str(FIRST)

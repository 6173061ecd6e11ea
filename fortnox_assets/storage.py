"""Files by path in a folder (``file:``) or a Google Cloud Storage bucket (``gs://``), read and written in pieces.

One library speaks to both: ``pyarrow.fs``, which is here for Arrow anyway. A file appears whole or not at all: in a
folder it is written beside the others and renamed, in a bucket an object exists when its upload is complete. What a
killed process leaves behind is a file in ``.parts``, which :meth:`Store.tidy` removes after two days.
"""

import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

# pyarrow takes a while to import, which nobody who asks for help should wait for.
if TYPE_CHECKING:
    from pyarrow import fs

PARTS = ".parts"
ABANDONED_AFTER_SECONDS = 2 * 24 * 3600
LONGEST_RETRY = timedelta(minutes=2)
_PIECE_BYTES = 1024 * 1024


class StoreError(Exception):
    """One line: which file could not be read or written, where, and why."""


@dataclass(frozen=True, kw_only=True)
class FoundFile:
    """A file of a store: ``path`` under the store's root, ``size`` in bytes, ``modified`` in UTC where it is known."""

    path: str
    size: int
    modified: datetime | None

    @property
    def name(self) -> str:
        """The last part of its path."""
        return PurePosixPath(self.path).name


class Store:
    """Files under one root. Paths are relative, with ``/``; one that would leave the root is refused.

    Raises: StoreError in every method when the disk or the bucket refuses.
    """

    def __init__(self, filesystem: "fs.FileSystem", root: str, shown: str) -> None:
        self._fs = filesystem
        self._root = root.rstrip("/")
        self.shown = shown

    @classmethod
    def opened(cls, address: str, default: Path, emulator: str | None = None) -> "Store":
        """The store at ``address``: ``file:`` (``default``), ``file:FOLDER``, or ``gs://BUCKET/PREFIX``.

        Nothing is asked of a bucket yet. ``emulator`` is the address of one to ask in Google's place.
        """
        if not address.startswith("gs://"):
            folder = Path(address.removeprefix("file:").removeprefix("//") or default).absolute()
            from pyarrow.fs import LocalFileSystem  # noqa: PLC0415

            return cls(LocalFileSystem(), str(folder), str(folder))
        return cls(_bucket_system(emulator), address.removeprefix("gs://"), address.rstrip("/"))

    @property
    def folder(self) -> Path | None:
        """The local folder; None for a bucket."""
        return Path(self._root) if self._fs.type_name == "local" else None

    def address(self, path: str) -> str:
        """Where a file is, to show and to open: ``file:///...`` or ``gs://...``."""
        full = self._full(path)
        return f"gs://{full}" if self.folder is None else Path(full).as_uri()

    def size(self, path: str) -> int | None:
        """The size of a file in bytes; None when there is none."""
        with self._doing("look up", path):
            info = self._fs.get_file_info(self._full(path))
        return int(info.size) if info.is_file else None

    def files(self, folder: str = "") -> tuple[FoundFile, ...]:
        """The files directly in ``folder``, by path; none when there is no such folder."""
        from pyarrow.fs import FileSelector  # noqa: PLC0415

        full = self._full(folder) if folder else self._root
        with self._doing("list", folder):
            infos = self._fs.get_file_info(FileSelector(full, allow_not_found=True))
        found = (
            FoundFile(path=str(PurePosixPath(folder, each.base_name)), size=int(each.size), modified=each.mtime)
            for each in infos
            if each.is_file
        )
        return tuple(sorted(found, key=lambda each: each.path))

    def put(self, source: Path, path: str, media_type: str = "application/octet-stream") -> None:
        """Stores the file ``source`` at ``path``, in place of what is there."""
        full = self._full(path)
        with self._doing("write", path):
            if self.folder is None:
                self._copy(source, full, {"Content-Type": media_type})
                return
            part = f"{self._root}/{PARTS}/{uuid.uuid4().hex}"
            self._fs.create_dir(str(PurePosixPath(part).parent), recursive=True)
            self._fs.create_dir(str(PurePosixPath(full).parent), recursive=True)
            try:
                self._copy(source, part, {})
                _on_disk(part)
                self._fs.move(part, full)
            except BaseException:
                Path(part).unlink(missing_ok=True)
                raise

    def fetch(self, path: str, target: Path) -> None:
        """Copies a file to ``target`` on this disk; there is no ``target`` before it is whole."""
        with self._doing("read", path):
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f"{target.name}.{uuid.uuid4().hex}.part")
            try:
                with self._fs.open_input_stream(self._full(path)) as content, part.open("wb") as out:
                    for piece in _pieces(content):
                        out.write(piece)
                part.replace(target)
            finally:
                part.unlink(missing_ok=True)

    def move(self, path: str, target: str) -> None:
        """Gives a file another path under the root."""
        full = self._full(target)
        with self._doing("move", path):
            if self.folder is not None:
                self._fs.create_dir(str(PurePosixPath(full).parent), recursive=True)
            self._fs.move(self._full(path), full)

    def tidy(self) -> None:
        """Removes what processes that were killed while writing have left in a folder."""
        if self.folder is None:
            return
        with self._doing("tidy", PARTS):
            for part in (self.folder / PARTS).glob("*"):
                if time.time() - part.stat().st_mtime > ABANDONED_AFTER_SECONDS:
                    part.unlink(missing_ok=True)

    def _copy(self, source: Path, full: str, metadata: dict[str, str]) -> None:
        with source.open("rb") as content, self._fs.open_output_stream(full, metadata=metadata or None) as out:
            try:
                for piece in _pieces(content):
                    out.write(piece)
            except BaseException:
                # Closing the stream completes the upload, with what had been written by then.
                out.close()
                with suppress(OSError):
                    self._fs.delete_file(full)
                raise

    def _full(self, path: str) -> str:
        parts = path.split("/")
        if any(part in ("", ".", "..") or "\\" in part or "\0" in part for part in parts):
            raise StoreError(f"{self.shown}: {path!r} is no path inside the store")
        return "/".join((self._root, *parts))

    @contextmanager
    def _doing(self, what: str, path: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            why = " ".join((error.strerror or str(error)).split()).partition(" error_info=")[0]
            raise StoreError(f"{self.shown}: cannot {what} {path or 'it'}: {why}") from error


def _bucket_system(emulator: str | None) -> "fs.FileSystem":
    from pyarrow.fs import GcsFileSystem  # noqa: PLC0415

    if emulator is None:
        return GcsFileSystem(retry_time_limit=LONGEST_RETRY)
    parts = urlsplit(emulator if "//" in emulator else f"http://{emulator}")
    return GcsFileSystem(
        anonymous=True, scheme=parts.scheme, endpoint_override=parts.netloc, retry_time_limit=timedelta(seconds=2)
    )


def _pieces(content: Any) -> Iterator[bytes]:
    while piece := content.read(_PIECE_BYTES):
        yield piece


def _on_disk(path: str) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

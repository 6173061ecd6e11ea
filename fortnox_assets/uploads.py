"""The SIE files people put into the store of uploads: one folder a company, and the top for files not yet filed."""

import os
from pathlib import Path

from fortnox_assets.extract.uploaded_sie import SUFFIXES
from fortnox_assets.storage import FoundFile, Store

REPLACED = "replaced"
FILED = "filed"


class SieUploads:
    """A store of uploaded SIE files, as folders on this disk.

    A bucket's files are copied to ``mirror`` when they are new or have changed, and removed there when they are gone.
    Raises: StoreError when the folder or the bucket cannot be read.
    """

    def __init__(self, store: Store, mirror: Path) -> None:
        self.store = store
        self._mirror = mirror

    def shown(self, company: str) -> str:
        """Where the company's files are expected, for messages."""
        return f"{self.store.shown}/{company}"

    def files(self, folder: str = "") -> tuple[FoundFile, ...]:
        """The SIE files of a company's folder; of the top, where files lie that nobody has filed."""
        return tuple(each for each in self.store.files(folder) if Path(each.name).suffix.lower() in SUFFIXES)

    def directory(self, company: str) -> Path:
        """A directory on this disk with the company's files as they are now; it need not exist when there are none."""
        if self.store.folder is not None:
            return self.store.folder / company
        found = {each.name: each for each in self.files(company)}
        local = self._mirror / company
        for each in found.values():
            self.local(each)
        for path in local.glob("*") if local.is_dir() else ():
            if path.name not in found:
                path.unlink(missing_ok=True)
        return local

    def local(self, file: FoundFile) -> Path:
        """The file on this disk, fetched when it is not there as it is in the bucket."""
        if self.store.folder is not None:
            return self.store.folder / file.path
        path = self._mirror / file.path
        moment = int(file.modified.timestamp() * 1000) * 1_000_000 if file.modified else 0
        if not path.exists() or (path.stat().st_size, path.stat().st_mtime_ns) != (file.size, moment):
            self.store.fetch(file.path, path)
            os.utime(path, ns=(moment, moment))
        return path

"""``fortnox-assets export-sie``: a year's ledger out of the warehouse as a SIE 4 file."""

import os
import uuid
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from fortnox_assets.extract.ledger_rows import Totals
from fortnox_assets.settings import Settings
from fortnox_assets.settings_errors import SettingsError
from fortnox_assets.sie.records import Voucher
from fortnox_assets.sie.writer import SieWriter, UnwritableError
from fortnox_assets.sie_export import NothingStoredError, StoredYear, stored_years
from fortnox_assets.warehouse.chosen import chosen_warehouse
from fortnox_assets.warehouse.sync_state import StoredTables

ENCODINGS = ("cp437", "utf-8")


def run_export_sie(
    settings: Settings, company: str, label: int, output: Path | None, encoding: str, console: Console
) -> int:
    """Writes one file for each financial year of the label and says what is in it; 0.

    Raises: SettingsError when nothing is stored, the file is there already or cannot be written, or a letter is not in
    the encoding; no file is left then.
    """
    settings.company(company)
    if encoding not in ENCODINGS:
        raise SettingsError(f"--encoding: found {encoding!r}; allowed: {', '.join(ENCODINGS)}")
    with chosen_warehouse(settings).stored() as stored:
        years = _years(settings, stored, company, label)
        if output is not None and len(years) > 1:
            raise SettingsError(f"--output: {company} has {len(years)} financial years in {label}; leave --output out")
        _export(company, years, output, encoding, console)
    return 0


def _years(settings: Settings, stored: StoredTables, company: str, label: int) -> tuple[StoredYear, ...]:
    try:
        return stored_years(stored, company, label, settings.as_of)
    except NothingStoredError as error:
        raise SettingsError(str(error)) from None


def _export(company: str, years: Sequence[StoredYear], output: Path | None, encoding: str, console: Console) -> None:
    for year in years:
        first, last = year.identity.years[0]
        path = output or Path(f"{company}-{first:%Y%m%d}-{last:%Y%m%d}.se")
        totals = _write(year, path, encoding)
        console.print(
            f"{path}: {company} {first} - {last} from {year.source}: {totals.vouchers} vouchers, "
            f"{totals.transactions} rows, absolute sum {totals.absolute_sum:.2f}",
            highlight=False, markup=False, soft_wrap=True,
        )  # fmt: skip


def _write(year: StoredYear, path: Path, encoding: str) -> Totals:
    totals = Totals()
    if path.exists():
        raise SettingsError(f"--output: {path}: is there already; name another file")
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with part.open("wb") as out:
            writer = SieWriter(out, year.identity, encoding=encoding, checksum=encoding == "cp437")
            for record in year.records():
                if isinstance(record, Voucher):
                    totals.add(record)
                writer.write(record)
            writer.close()
            out.flush()
            os.fsync(out.fileno())
        part.rename(path)
    except UnwritableError as error:
        other = "; --encoding utf-8 can hold it, though SIE's own code page cannot" if encoding == "cp437" else ""
        raise SettingsError(f"{path}: cannot be written: {error}{other}") from None
    except OSError as error:
        raise SettingsError(f"{path}: cannot be written: {error.strerror}") from None
    finally:
        part.unlink(missing_ok=True)
    return totals

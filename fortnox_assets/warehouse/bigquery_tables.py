"""Raw tables in BigQuery: made from the catalogue's columns, widened when those grow, written slice by slice.

Rows are loaded into a table of their own, which nobody reads and which expires. One transaction then puts them in place
by one MERGE and notes the state of the sync. A run that is killed anywhere leaves rows and state of before or of
after; run again, those of after.
"""

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
from google.api_core.exceptions import Forbidden, NotFound, PreconditionFailed
from google.cloud import bigquery

from fortnox_assets.warehouse.bigquery_access import LABELS, BigQueryAccess, first_line
from fortnox_assets.warehouse.bigquery_jobs import ONCE, REQUEST_SECONDS, Jobs, label_value
from fortnox_assets.warehouse.bigquery_load import loaded
from fortnox_assets.warehouse.bigquery_schema import (
    arrow_schema,
    fields_of,
    new_state_log,
    new_table,
    same,
    widened,
)
from fortnox_assets.warehouse.bigquery_statements import (
    MOMENT,
    Write,
    cell_parameters,
    count_statement,
    parameter,
    rename_statement,
    rows_query,
    state_insert,
    state_parameters,
    state_query,
    state_view,
    write_script,
)
from fortnox_assets.warehouse.errors import WarehouseError
from fortnox_assets.warehouse.evolution import ChangedTableError, evolution, kept_as
from fortnox_assets.warehouse.results import Cell, Changes, Snapshot
from fortnox_assets.warehouse.sync_state import STATE_COLUMNS, SYNC_STATE, SyncState, state_of

# One row each time a slice is stored; the view SYNC_STATE shows the latest of each slice.
STATE_LOG = "_sync_state_log"
RAW_DESCRIPTION = "Fortnox's own fields, typed, one table an endpoint; written by fortnox-assets."


@dataclass(kw_only=True)
class RawDataset:
    """The raw tables of one dataset."""

    access: BigQueryAccess
    jobs: Jobs
    name: str
    _is_there: bool = field(init=False, default=False, repr=False)
    _has_log: bool = field(init=False, default=False, repr=False)
    _seen: dict[str, frozenset[str]] = field(init=False, default_factory=dict, repr=False)

    @property
    def client(self) -> bigquery.Client:
        """The client its jobs are run with."""
        return self.jobs.client

    def reference(self, table: str) -> bigquery.TableReference:
        """Which table ``table`` is."""
        return bigquery.DatasetReference(self.access.project, self.name).table(table)

    def sql_name(self, table: str) -> str:
        """The table's full name in a statement."""
        return f"`{self.access.project}.{self.name}.{table}`"

    def ensure_table(self, name: str, wanted: pa.Schema) -> bigquery.Table:
        """The stored table, made when it is missing, with what it lacked of ``wanted`` added.

        Raises: WarehouseError when a column has changed its type, or when the dataset can be neither found nor made.
        """
        self.ensure()
        fields = fields_of(wanted, self.access.policy_tags)
        return self._follow(new_table(self.reference(name), wanted, fields), wanted)

    def _follow(self, made: bigquery.Table, wanted: pa.Schema | None = None) -> bigquery.Table:
        name = made.table_id
        for _ in range(3):
            try:
                stored = self._get(name)
            except NotFound:
                stored = self._create(made)
            evolution(f"{self.name}.{name}", arrow_schema(stored.schema), wanted or arrow_schema(made.schema))
            after = widened(stored.schema, made.schema)
            if same(stored.schema, after) and stored.description == made.description:
                return stored
            stored.schema, stored.description = after, made.description
            # Another run may have widened it meanwhile: its answer is then 412, and we look again.
            with suppress(PreconditionFailed):
                return self._update(stored, ["schema", "description"])
        raise WarehouseError(f"{self.name}.{name}: its columns keep changing; run again; no row was written")

    def replace(self, snapshot: Snapshot) -> int:
        """Puts the snapshot's rows where those of its cell were, and its state; answers how many there were.

        Rows whose key is not among the snapshot's are marked as deleted.
        Raises: WarehouseError when BigQuery did not take as many rows as were fetched.
        """
        return self._write(snapshot)

    def merge(self, changes: Changes) -> int:
        """Puts changes in place by their key, and their state; answers how many of the rows were there before.

        Raises: WarehouseError when BigQuery did not take as many rows as were fetched.
        """
        if changes.rows or changes.deleted:
            return self._write(changes)
        self.ensure_table(changes.table.name, changes.schema)
        write = Write(target=self.sql_name(changes.table.name), log=self._log(), columns=(), cell=changes.cell)
        values = [*cell_parameters(changes.cell), *state_parameters(changes)]
        self.jobs.query(f"{_work(changes)}-state", state_insert(write), values, _labels(changes))
        return 0

    def count(self, name: str, cell: Cell) -> int:
        """How many rows are stored for ``cell``, without those marked as deleted."""
        [row] = self._rows(name, count_statement(self.sql_name(name), cell), cell_parameters(cell))
        return int(row.stored)

    def state(self, name: str, cell: Cell) -> SyncState | None:
        """The state stored for the partition; None when there is none, or none that says all of it."""
        if not self._has_columns(STATE_LOG, STATE_COLUMNS):
            return None
        year = parameter("financial_year", pa.int64(), cell.get("financial_year"))
        values = [parameter("company", pa.string(), cell["company"]), year, parameter("endpoint", pa.string(), name)]
        found = list(self._rows(name, state_query(self.sql_name(STATE_LOG)), values))
        return state_of(found[0].values()) if found and found[0].kind is not None else None

    def rows(self, name: str, cell: Cell, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """These columns of the partition's rows, a page in memory at a time; none without such a table."""
        if not self._has_columns(name, [*columns, *cell]):
            return
        for row in self._rows(name, rows_query(self.sql_name(name), cell, columns), cell_parameters(cell)):
            yield row.values()

    def _write(self, stored: Snapshot) -> int:
        work, labels = _work(stored), _labels(stored)
        target, begins = self._target(stored)
        write = Write(
            target=self.sql_name(target.table_id),
            log=self._log(),
            columns=[each.name for each in target.schema],
            cell=stored.cell,
            changes=isinstance(stored, Changes),
            another_when=[group for group in stored.table.another_when if set(group) <= set(stored.schema.names)],
        )
        noticed = stored.state.watermark if stored.state else dt.datetime.now(dt.UTC)
        values = [*cell_parameters(stored.cell), *state_parameters(stored), parameter("noticed", MOMENT, noticed)]
        with loaded(self.jobs, stored, target, work, labels) as (staging, rows):
            if begins:
                self._begin_anew(stored, work, labels)
            if staging is not None:
                write = dataclasses.replace(write, staging=self.sql_name(staging.table_id))
                values.append(parameter("loaded", pa.int64(), rows))
            job = self.jobs.query(f"{work}-write", write_script(write), values, labels)
            [row] = self.jobs.call(work, lambda: list(job.result(retry=None, timeout=REQUEST_SECONDS)))
        return int(row.replaced)

    def _target(self, stored: Snapshot) -> tuple[bigquery.Table, bool]:
        """The table to write to, and whether it is yet to be begun anew, where a type has changed and that is wanted.

        Raises: WarehouseError.
        """
        try:
            return self.ensure_table(stored.table.name, stored.schema), False
        except ChangedTableError:
            if not stored.anew or isinstance(stored, Changes):
                raise
        fields = fields_of(stored.schema, self.access.policy_tags)
        return new_table(self.reference(stored.table.name), stored.schema, fields), True

    def _begin_anew(self, stored: Snapshot, work: str, labels: Mapping[str, str]) -> None:
        """Keeps the stored table under another name and makes the new one, unless another run just has.

        Done when the rows to put in are loaded: until then readers have the stored ones. A run that is killed between
        the two leaves no table of that name; the next run makes it.
        """
        name = stored.table.name
        with suppress(ChangedTableError):
            self.ensure_table(name, stored.schema)
            return
        self.jobs.query(f"{work}-keep", rename_statement(self.sql_name(name), kept_as(name)), labels=labels)
        self.ensure_table(name, stored.schema)

    def _rows(self, where: str, sql: str, values: list[bigquery.ScalarQueryParameter]) -> Iterator[bigquery.Row]:
        config = bigquery.QueryJobConfig(query_parameters=values, labels=dict(LABELS))
        found: Iterator[bigquery.Row] = self.jobs.call(
            where, lambda: iter(self.client.query_and_wait(sql, job_config=config))
        )
        return found

    def _has_columns(self, name: str, columns: Iterable[str]) -> bool:
        """Whether there is such a table, with these columns; asked once of a table that has them."""
        wanted = {each.lower() for each in columns}
        if not wanted <= self._seen.get(name, frozenset()):
            try:
                self._seen[name] = frozenset(each.name.lower() for each in self._get(name).schema)
            except NotFound:
                return False
        return wanted <= self._seen[name]

    def _log(self) -> str:
        """The table of states as a statement names it, made, widened and shown by its view when that is needed."""
        if not self._has_log:
            self.ensure()
            self._follow(new_state_log(self.reference(STATE_LOG)))
            self._follow_view(self.reference(SYNC_STATE), state_view(self.sql_name(STATE_LOG)))
            self._has_log = True
        return self.sql_name(STATE_LOG)

    def _follow_view(self, reference: bigquery.TableReference, query: str) -> None:
        view = bigquery.Table(reference)
        view.view_query = query
        view.labels = dict(LABELS)
        try:
            stored = self._get(reference.table_id)
        except NotFound:
            stored = self._create(view)
        if stored.view_query != query:
            stored.view_query = query
            self._update(stored, ["view"])

    def ensure(self) -> None:
        """Makes the dataset when it is missing. Raises: WarehouseError, also when it is in another location."""
        if self._is_there:
            return
        where = f"{self.access.project}.{self.name}"
        reference = bigquery.DatasetReference(self.access.project, self.name)
        try:
            found = self.jobs.call(where, lambda: self.client.get_dataset(reference, **ONCE))
        except NotFound:
            found = self._create_dataset(reference)
        if found.location and found.location.upper() != self.access.location.upper():
            raise WarehouseError(
                f"{where}: is in {found.location} but BIGQUERY_LOCATION is {self.access.location}: "
                "a dataset cannot move, so change the setting, or name another dataset"
            )
        self._is_there = True

    def _create_dataset(self, reference: bigquery.DatasetReference) -> bigquery.Dataset:
        dataset = bigquery.Dataset(reference)
        dataset.location = self.access.location
        dataset.description = RAW_DESCRIPTION
        dataset.labels = dict(LABELS)
        try:
            return self.jobs.call(
                str(reference),
                lambda: self.client.create_dataset(dataset, exists_ok=True, **ONCE),
            )
        except Forbidden as error:
            raise WarehouseError(
                f"{reference.project}.{reference.dataset_id}: there is no such dataset, and the permission "
                f"bigquery.datasets.create to make it is missing ({first_line(error)}): make it in location "
                f"{self.access.location}, or grant roles/bigquery.user on the project"
            ) from error

    def _get(self, name: str) -> bigquery.Table:
        where = f"{self.name}.{name}"
        reference = self.reference(name)
        return self.jobs.call(where, lambda: self.client.get_table(reference, **ONCE))

    def _create(self, table: bigquery.Table) -> bigquery.Table:
        create = self.client.create_table
        return self.jobs.call(table.table_id, lambda: create(table, exists_ok=True, **ONCE))

    def _update(self, table: bigquery.Table, changed: list[str]) -> bigquery.Table:
        update = self.client.update_table
        return self.jobs.call(table.table_id, lambda: update(table, changed, **ONCE))


def _work(stored: Snapshot) -> str:
    """The same for the same rows and for no others."""
    return f"fortnox-{stored.table.name}-{hashlib.sha256(stored.file.name.encode()).hexdigest()[:24]}"


def _labels(snapshot: Snapshot) -> dict[str, str]:
    cell = {column: label_value(str(value)) for column, value in snapshot.cell.items()}
    return {**LABELS, "table": label_value(snapshot.table.name), **cell}

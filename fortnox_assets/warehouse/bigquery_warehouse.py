"""BigQuery as the warehouse that the settings choose."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from google.api_core.exceptions import NotFound

from fortnox_assets.catalogue import RAW_TABLES
from fortnox_assets.settings import Settings
from fortnox_assets.warehouse import bigquery
from fortnox_assets.warehouse.bigquery_access import BigQueryAccess
from fortnox_assets.warehouse.bigquery_upkeep import BigQueryUpkeep
from fortnox_assets.warehouse.columns import FieldSelection
from fortnox_assets.warehouse.errors import WarehouseError
from fortnox_assets.warehouse.io_manager import TableClient
from fortnox_assets.warehouse.sync_state import StoredTables
from fortnox_assets.warehouse.upkeep import Upkeep


@dataclass(frozen=True, kw_only=True)
class BigQueryWarehouse:
    """Datasets of a Google Cloud project, which queue statements by themselves."""

    access: BigQueryAccess
    raw: str
    tables: type[TableClient] = bigquery.BigQueryTables

    def io_manager(self) -> object:
        """The IO manager of the project."""
        access = self.access
        return bigquery.FortnoxBigQueryIOManager(
            project=access.project,
            dataset=self.raw,
            location=access.location,
            credentials_file=str(access.credentials_file) if access.credentials_file else None,
            impersonate=access.impersonate,
            endpoint=access.endpoint,
            policy_tags=dict(access.policy_tags),
            max_bytes_billed=access.max_bytes_billed,
        )

    def stored(self) -> AbstractContextManager[StoredTables]:
        """Asked with connections of its own."""
        return bigquery.stored_in(self.access, self.raw)

    @contextmanager
    def building(self) -> Iterator[None]:
        """Keeps nobody out: a model reads each raw table as it is at one moment."""
        yield

    def check(self, tell: Callable[[str], None]) -> None:  # noqa: ARG002  # nobody to wait for
        """Asks for one row of nothing."""
        self.query("SELECT 1")

    def upkeep(self) -> Upkeep:
        """Changes to the raw dataset."""
        return BigQueryUpkeep(self.access, self.raw)

    def ensure_raw_tables(self, selections: Mapping[str, FieldSelection]) -> None:
        """Makes them in the raw dataset."""
        bigquery.ensure_raw_tables(self.access, self.raw, RAW_TABLES.values(), selections)

    def query(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Rows of the project."""
        return bigquery.query(self.access, sql, params)

    def row_counts(self, datasets: Iterable[str]) -> Mapping[tuple[str, str], int]:
        """Read off the tables' metadata, which costs nothing; a dataset that is not there yet has none."""
        counts = {}
        for dataset in datasets:
            try:
                rows = self.query(f"SELECT table_id, row_count FROM `{dataset}`.__TABLES__ WHERE type = 1")
            except WarehouseError as error:
                if not isinstance(error.__cause__, NotFound):
                    raise
                continue
            counts.update({(dataset, name): rows_of for name, rows_of in rows})
        return counts


def bigquery_warehouse(settings: Settings) -> BigQueryWarehouse:
    """The warehouse as the settings have it."""
    env = settings.environment
    access = BigQueryAccess(
        project=env.bigquery_project or "",
        location=env.bigquery_location,
        credentials_file=settings.bigquery_credentials_file,
        impersonate=env.bigquery_impersonate,
        endpoint=env.bigquery_emulator_host,
        policy_tags={str(category): tag for category, tag in settings.policy_tags.items()},
        max_bytes_billed=env.bigquery_max_bytes_billed,
    )
    return BigQueryWarehouse(access=access, raw=env.fortnox_raw_dataset)

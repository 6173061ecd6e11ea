"""The queue runs one thing at a time for each company, registers and years alike."""

import pytest
import yaml

from fortnox_assets.definitions import copying_definitions
from fortnox_assets.defs.jobs import COMPANY_TAG, SYNC_FINANCIAL_YEAR, SYNC_REGISTERS
from fortnox_assets.defs.resources import Nobody
from fortnox_assets.places import DAGSTER_YAML
from fortnox_assets.settings import load_settings

pytestmark = pytest.mark.filterwarnings("ignore:Non-compliant tag keys:DeprecationWarning")


@pytest.mark.parametrize(("job", "key"), [(SYNC_REGISTERS, "are-cykel"), (SYNC_FINANCIAL_YEAR, "are-cykel|2024")])
def test_a_run_of_either_job_names_its_company_to_the_queue(tmp_path, job, key):
    found = copying_definitions(load_settings({}, tmp_path), Nobody()).resolve_job_def(job)
    assert found.get_tags_for_partition_key(key, selected_asset_keys=None)[COMPANY_TAG] == "are-cykel"
    limits = yaml.safe_load(DAGSTER_YAML.read_text(encoding="utf-8"))["concurrency"]["runs"]["tag_concurrency_limits"]
    assert {"key": COMPANY_TAG, "limit": 1, "value": {"applyLimitPerUniqueValue": True}} in limits

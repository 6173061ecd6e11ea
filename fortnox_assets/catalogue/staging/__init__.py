"""The staging layer of the dbt project, written from the catalogue.

``python -m fortnox_assets.catalogue.staging dbt_project/models/staging`` writes it. One view for each raw table with
the fields of nested objects as columns of their own, and one view for each list of nested rows.
"""

from fortnox_assets.catalogue.staging.files import staging_files, write

__all__ = ["staging_files", "write"]

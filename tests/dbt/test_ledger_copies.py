"""From a row of the ledger to the copy it came with: the hash of its source and the moment it was loaded."""

import datetime as dt

COPIES = """
    select distinct source, source_hash, loaded_at at time zone 'UTC' from books.fct_general_ledger where company = ?
"""


def test_a_row_of_a_file_has_the_hash_of_its_file_and_every_row_when_it_was_loaded(query):
    loaded = dt.datetime(2025, 4, 1)  # noqa: DTZ001 - the query has it in UTC
    assert query(COPIES, "from-file") == [("sie", "from-file", loaded)]
    assert query(COPIES, "from-rest") == [("vouchers", None, loaded)]

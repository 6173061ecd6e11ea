"""A table kept from before a type changed holds people too: what is erased, narrowed or forgotten goes from it."""

import pytest

from fortnox_assets.catalogue.people import Person
from fortnox_assets.erasing import carry_out, plan_company, plan_person
from fortnox_assets.narrowing import narrowings
from fortnox_assets.warehouse.chosen import chosen_warehouse
from fortnox_assets.warehouse.duckdb_file import opened
from fortnox_assets.warehouse.errors import WarehouseError

# How a table was stored by an earlier version: a column of another type, and a record that was a plain text.
EARLIER = {
    "customers": "alter column Active set data type varchar",
    "invoices": "alter column EmailInformation set data type varchar using EmailInformation.EmailAddressTo",
}


class Aged:
    """A copy whose tables were begun anew by a full sync."""

    def __init__(self, copy) -> None:
        self.copy = copy
        copy.sync(*EARLIER)
        with opened(copy.settings.duckdb_path) as connection:
            for table, change in EARLIER.items():
                connection.execute(f"alter table fortnox_raw.{table} {change}")
        self.before = {table: copy.rows(table) for table in EARLIER}
        copy.sync(*EARLIER, full=True)
        self.kept = {table: name for table, (name,) in self.upkeep.kept().items()}

    @property
    def upkeep(self):
        return chosen_warehouse(self.copy.settings).upkeep()

    def plan(self, number):
        with chosen_warehouse(self.copy.settings).stored() as stored:
            return plan_person(self.upkeep, stored, "are-cykel", Person.CUSTOMER, number, anonymise=False)

    def carry_out(self, plan) -> None:
        carry_out(plan, self.upkeep, self.copy.settings.state_dir)

    def column(self, table, column, number):
        sql = f"select {column} from fortnox_raw.{self.kept[table]} where CustomerNumber = ? order by 1"
        return [value for (value,) in self.copy.query(sql, number)]

    def alter(self, table, change) -> None:
        with opened(self.copy.settings.duckdb_path) as connection:
            connection.execute(f"alter table fortnox_raw.{table} {change}")


@pytest.fixture
def aged(place):
    return Aged(place.copy())


@pytest.fixture
def someone(place):
    """The customer with most invoices."""
    numbers = [each.body["CustomerNumber"] for each in place.company.of("invoices")]
    return max(set(numbers), key=numbers.count)


def test_a_full_sync_keeps_the_table_whose_type_has_changed_and_a_forgotten_company_goes_from_it_too(aged):
    assert set(aged.kept) == set(EARLIER)
    for table, name in aged.kept.items():
        assert aged.copy.rows(name) == aged.before[table]
        assert len(aged.copy.rows(table)) == len(aged.before[table]) > 0
    kinds = "select data_type from information_schema.columns where table_name = 'customers' and column_name = 'Active'"
    assert aged.copy.query(kinds) == [("BOOLEAN",)]
    aged.carry_out(plan_company(aged.upkeep, "are-cykel"))
    for table in (*EARLIER, *aged.kept.values()):
        assert aged.copy.query(f"select count(*) from fortnox_raw.{table}") == [(0,)]
    assert plan_company(aged.upkeep, "are-cykel").steps == ()


def test_a_person_who_is_erased_goes_from_the_kept_tables_too_also_from_one_put_away_meanwhile(aged, someone):
    totals = aged.column("invoices", "Total", someone)
    assert any(aged.column("invoices", "EmailInformation", someone))
    plan = aged.plan(someone)
    assert {each.edit.table for each in plan.steps} == {*EARLIER, *aged.kept.values()}
    aged.alter("customers", "rename to customers__until_20990101_000000")
    with pytest.raises(WarehouseError, match=r"a sync has put a table away meanwhile.*: run it again"):
        aged.carry_out(plan)
    aged.carry_out(aged.plan(someone))
    new = "select count(*) from fortnox_raw.customers__until_20990101_000000 where CustomerNumber = ?"
    assert aged.copy.query(new, someone) == [(0,)]
    assert aged.column("customers", "Name", someone) == []
    for column in ("CustomerName", "EmailInformation", "_unparsed"):
        assert set(aged.column("invoices", column, someone)) == {None}
    assert aged.column("invoices", "Total", someone) == totals
    others = f"from fortnox_raw.{aged.kept['invoices']} where CustomerNumber <> '{someone}' and CustomerName is null"
    assert aged.copy.query(f"select count(*) {others}") == [(0,)]
    assert aged.plan(someone).steps == ()


def test_unwanted_fields_go_from_the_kept_tables_too_and_one_that_does_not_tell_whose_its_rows_are_is_refused(
    aged, place, someone
):
    fields = {"customers": {"exclude": ["Email"]}, "invoices": {"exclude": ["EmailInformation.EmailAddressTo"]}}
    settings = place.copy(fields=fields).settings
    found = narrowings(settings, aged.upkeep)
    assert {each.table for each in found} == {*EARLIER, *aged.kept.values()}
    aged.upkeep.apply([edit for each in found for edit in each.edits])
    assert "Email" not in aged.upkeep.columns(aged.kept["customers"])
    sql = f"select count(EmailInformation), count(*) > 0 from fortnox_raw.{aged.kept['invoices']}"
    assert aged.copy.query(sql) == [(0, True)]
    assert narrowings(settings, aged.upkeep) == []
    aged.alter(aged.kept["invoices"], "drop column CustomerNumber")
    with pytest.raises(
        WarehouseError, match=r"^invoices__until_\d+_\d+: has no CustomerNumber to tell whose .* drop it"
    ):
        aged.plan(someone)
    aged.alter(aged.kept["customers"], "drop column company")
    with pytest.raises(WarehouseError, match=r"^customers__until_\d+_\d+: has no company to tell whose"):
        plan_company(aged.upkeep, "are-cykel")

"""People who were erased stay erased, whatever is synced, and nothing else changes."""

import json
import threading

import pytest

from fortnox_assets.catalogue import RAW_TABLES
from fortnox_assets.catalogue.people import MENTIONS, Person
from fortnox_assets.cell_lock import CellLock
from fortnox_assets.erasing import carry_out, mentions_by_name, plan_company, plan_person
from fortnox_assets.erasures import ANONYMISED, COMPANY, DELETED, ERASURE, FORGOTTEN, Erasures, record
from fortnox_assets.warehouse.chosen import chosen_warehouse

CUSTOMER_TABLES = ("customers", "invoices", "invoice_payments", "orders", "tax_reductions", "customer_references")


def upkeep(settings):
    return chosen_warehouse(settings).upkeep()


def stored(settings):
    """What is stored, which is asked of the file each time."""
    with chosen_warehouse(settings).stored() as tables:
        return tables


def erased(copy, person, number, **how):
    settings = copy.settings
    plan = plan_person(
        upkeep(settings), stored(settings), copy.company.key, person, number, **{"anonymise": False, **how}
    )
    carry_out(plan, upkeep(settings), settings.state_dir)
    return plan


def personal_values(copy, person, number):
    """Every stored value of a marked field of the person's rows, by table."""
    found = {}
    for mention in MENTIONS[person]:
        if mention.through or mention.in_records or not upkeep(copy.settings).columns(mention.table):
            continue
        number_sql = ".".join(f'"{step}"' for step in mention.number.split("."))
        tops = sorted({path.partition(".")[0] for path in mention.personal})
        columns = ", ".join(f'"{top}"' for top in tops)
        rows = copy.query(
            f"select {columns} from fortnox_raw.{mention.table} where cast({number_sql} as varchar) = ?", number
        )
        leaves = set(mention.personal)
        found[mention.table] = [
            text for row in rows for top, value in zip(tops, row, strict=True) for text in leaf(top, value, leaves)
        ]
    return found


def leaf(path, value, leaves):
    if isinstance(value, dict):
        for name, inside in value.items():
            yield from leaf(f"{path}.{name}", inside, leaves)
    elif isinstance(value, list):
        for each in value:
            yield from leaf(path, each, leaves)
    elif value is not None and path in leaves:
        yield value


def amounts(copy):
    return copy.query(
        "select DocumentNumber, CustomerNumber, Total, Balance, list_transform(InvoiceRows, lambda x: x.Price) "
        "from fortnox_raw.invoices order by all"
    )


@pytest.fixture
def someone(place):
    """The customer with most invoices."""
    numbers = [each.body["CustomerNumber"] for each in place.company.of("invoices")]
    return max(set(numbers), key=numbers.count)


def test_a_customer_is_gone_from_every_table_and_no_sync_brings_them_back(place, someone):
    copy = place.copy()
    copy.sync(*CUSTOMER_TABLES)
    before = amounts(copy)
    others = copy.query("select * from fortnox_raw.customers where CustomerNumber <> ? order by all", someone)
    assert all(personal_values(copy, Person.CUSTOMER, someone)[table] for table in ("customers", "invoices"))

    plan = erased(copy, Person.CUSTOMER, someone)
    assert {each.edit.table for each in plan.steps} >= {"customers", "invoices", "invoice_payments"}

    def nothing_left():
        found = personal_values(copy, Person.CUSTOMER, someone)
        assert {table: values for table, values in found.items() if values} == {}
        assert copy.query("select * from fortnox_raw.customers where CustomerNumber = ?", someone) == []
        assert amounts(copy) == before

    nothing_left()
    assert copy.query("select * from fortnox_raw.customers order by all") == others
    for full in (False, True):
        copy.sync(*CUSTOMER_TABLES, full=full)
        nothing_left()

    body = next(each.body for each in place.company.of("customers") if each.body["CustomerNumber"] == someone)
    body["Email"] = "back.again@example.se"
    invoice = next(each for each in place.company.of("invoices") if each.body["CustomerNumber"] == someone)
    invoice.body["Comments"] = "back again"
    place.company.revision += 1
    copy.sync(*CUSTOMER_TABLES)
    nothing_left()


def test_anonymising_keeps_the_rows_and_their_numbers(place, someone):
    copy = place.copy()
    copy.sync("customers", "invoices")
    rows = copy.query("select count(*) from fortnox_raw.customers")
    before = amounts(copy)
    erased(copy, Person.CUSTOMER, someone, anonymise=True)
    for full in (False, True):
        copy.sync("customers", "invoices", full=full)
        assert copy.query("select count(*) from fortnox_raw.customers") == rows
        found = personal_values(copy, Person.CUSTOMER, someone)
        assert {table: values for table, values in found.items() if values} == {}
        assert amounts(copy) == before


def test_an_employee_s_own_rows_go_and_those_of_others_stay(place):
    copy = place.copy()
    tables = ("employees", "salary_transactions", "vacation_debt_basis")
    copy.sync(*tables)
    number = copy.query("select EmployeeId from fortnox_raw.salary_transactions limit 1")[0][0]
    kept = copy.query("select * from fortnox_raw.salary_transactions where EmployeeId <> ? order by all", number)
    totals = "select * exclude (Employees, _loaded_at, _list_hash) from fortnox_raw.vacation_debt_basis order by all"
    before = copy.query(totals)
    erased(copy, Person.EMPLOYEE, number)
    for full in (False, True):
        assert copy.query("select * from fortnox_raw.employees where EmployeeId = ?", number) == []
        sums = "select * exclude (_loaded_at) from fortnox_raw.salary_transactions order by all"
        assert [row[:5] for row in copy.query(sums)] == [row[:5] for row in kept]
        unnested = "select unnest(Employees) as e from fortnox_raw.vacation_debt_basis"
        inside = f"select count(*) from ({unnested}) where e.EmployeeId = ?"
        assert copy.query(inside, number) == [(0,)]
        assert copy.query(totals) == before
        copy.sync(*tables, full=full)


def test_the_record_says_who_when_and_what_and_nothing_about_the_person(place, someone):
    copy = place.copy()
    copy.sync("customers")
    name = copy.query("select Name from fortnox_raw.customers where CustomerNumber = ?", someone)[0][0]
    plan = erased(copy, Person.CUSTOMER, someone)
    [row] = copy.query(f"select * from fortnox_raw.{ERASURE}")
    assert row[0] == "are-cykel"
    assert row[3:6] == ("customer", "deleted", plan.rows)
    assert name not in json.dumps(row, default=str)
    assert someone not in row
    assert len(row[7]) == 64


def test_erasing_again_or_somebody_unknown_is_no_step(place, someone):
    copy = place.copy()
    copy.sync("customers", "invoices")
    erased(copy, Person.CUSTOMER, someone)
    settings = copy.settings
    for number in (someone, "nobody"):
        plan = plan_person(upkeep(settings), stored(settings), "are-cykel", Person.CUSTOMER, number, anonymise=False)
        assert plan.steps == ()


def test_a_sync_that_is_under_way_is_waited_for_and_what_it_stored_goes_too(place, someone):
    copy = place.copy()
    copy.sync("customers")
    lock = CellLock(copy.settings.state_dir / "locks", "customers", "are-cykel", None)
    lock.acquire()
    done = threading.Event()

    def erase():
        erased(copy, Person.CUSTOMER, someone)
        done.set()

    thread = threading.Thread(target=erase)
    thread.start()
    assert not done.wait(0.3)
    with_name = copy.query("select count(*) from fortnox_raw.customers where CustomerNumber = ?", someone)
    assert with_name == [(1,)]
    lock.release()
    thread.join()
    assert copy.query("select * from fortnox_raw.customers where CustomerNumber = ?", someone) == []


def test_texts_that_name_the_person_are_told_and_stay(place, someone):
    copy = place.copy()
    copy.sync("customers", "vouchers")
    name = copy.query("select Name from fortnox_raw.customers where CustomerNumber = ?", someone)[0][0]
    named = copy.query("select count(*) from fortnox_raw.vouchers where contains(Description, ?)", name)[0][0]
    found = dict(mentions_by_name(stored(copy.settings), "are-cykel", Person.CUSTOMER, someone))
    assert found.get("vouchers", 0) >= named
    before = copy.rows("vouchers")
    erased(copy, Person.CUSTOMER, someone)
    assert copy.rows("vouchers") == before


class Remembered:
    """A warehouse that holds two erasures and one invoice of each person."""

    def __init__(self):
        made = [
            record("a", Person.CUSTOMER, DELETED, 1, "10").values,
            record("a", Person.CUSTOMER, ANONYMISED, 1, "11").values,
            record("a", Person.EMPLOYEE, DELETED, 1, "1").values,
            record("a", COMPANY, FORGOTTEN, 1).values,
        ]
        self.tables = {
            ERASURE: made,
            "invoices": [
                {"CustomerNumber": "10", "DocumentNumber": "7"},
                {"CustomerNumber": "12", "DocumentNumber": "8"},
            ],
        }

    def state(self, table, cell):
        return None

    def rows(self, table, cell, columns):
        return iter([tuple(row[name] for name in columns) for row in self.tables.get(table, [])])


@pytest.mark.parametrize(
    ("table", "row", "kept"),
    [
        ("customers", {"CustomerNumber": "10", "Name": "A"}, None),
        ("customers", {"CustomerNumber": "11", "Name": "A", "Active": True}, {"CustomerNumber": "11", "Active": True}),
        ("customers", {"CustomerNumber": "1", "Name": "A"}, {"CustomerNumber": "1", "Name": "A"}),
        ("customers", {"CustomerNumber": "11", "Nickname": "A"}, {"CustomerNumber": "11"}),
        ("invoices", {"CustomerNumber": "10", "CustomerName": "A", "Total": 5}, {"CustomerNumber": "10", "Total": 5}),
        (
            "invoices",
            {"CustomerNumber": "10", "InvoiceRows": [{"Description": "d", "Price": 1}], "EmailInformation": None},
            {"CustomerNumber": "10", "InvoiceRows": [{"Price": 1}], "EmailInformation": None},
        ),
        (
            "tax_reductions",
            {"ReferenceDocumentType": "INVOICE", "ReferenceNumber": 7, "SocialSecurityNumber": "s", "AskedAmount": 3},
            {"ReferenceDocumentType": "INVOICE", "ReferenceNumber": 7, "AskedAmount": 3},
        ),
        (
            "tax_reductions",
            {"ReferenceDocumentType": "OFFER", "ReferenceNumber": 7, "SocialSecurityNumber": "s"},
            {"ReferenceDocumentType": "OFFER", "ReferenceNumber": 7, "SocialSecurityNumber": "s"},
        ),
        (
            "time_registrations",
            {"customer": {"number": "10", "name": "A", "active": True}, "childId": "c"},
            {"customer": {"number": "10", "active": True}, "childId": "c"},
        ),
        ("time_registrations", {"customer": None, "note": "n"}, {"customer": None, "note": "n"}),
        (
            "customer_references",
            {"CustomerReferenceRows": [{"CustomerNumber": n, "Reference": "R"} for n in ("10", "11", "12")]},
            {"CustomerReferenceRows": [{"CustomerNumber": "11"}, {"CustomerNumber": "12", "Reference": "R"}]},
        ),
        ("customer_references", {"CustomerReferenceRows": None}, {"CustomerReferenceRows": None}),
        ("salary_transactions", {"EmployeeId": 1, "Amount": 3}, None),
    ],
)
def test_what_is_kept_of_a_row_of_somebody_erased(table, row, kept):
    stored = Remembered()
    keep = Erasures.stored(stored, "a").keeper(table, stored, "a")
    assert keep(row) == kept


def test_a_table_nobody_was_erased_from_is_not_looked_at():
    stored = Remembered()
    erasures = Erasures.stored(stored, "a")
    assert erasures.keeper("suppliers", stored, "a") is None
    assert erasures.keeper("vouchers", stored, "a") is None


def test_a_forgotten_company_leaves_no_row_and_the_others_all_of_theirs(place):
    copy = place.copy()
    copy.sync("customers", "currencies")
    settings = copy.settings
    carry_out(plan_company(upkeep(settings), "another"), upkeep(settings), settings.state_dir)
    rows = copy.query("select count(*) from fortnox_raw.customers")
    assert rows != [(0,)]
    carry_out(plan_company(upkeep(settings), "are-cykel"), upkeep(settings), settings.state_dir)
    for table in ("customers", "currencies", "_sync_state"):
        assert copy.query(f"select count(*) from fortnox_raw.{table}") == [(0,)]
    assert copy.query(f"select company, kind, mode from fortnox_raw.{ERASURE} order by company") == [
        ("another", "company", "forgotten"),
        ("are-cykel", "company", "forgotten"),
    ]
    assert set(RAW_TABLES) >= {"customers", "currencies"}

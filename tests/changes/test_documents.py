"""Files linked in Fortnox are fetched once, found again, and never written anywhere but into the store."""

import datetime as dt
import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fortnox_assets.catalogue import COPIED
from fortnox_assets.cli.demo import demo_environment
from fortnox_assets.connections import Connections
from fortnox_assets.defs.copying import Copying
from fortnox_assets.defs.partitions import Cell
from fortnox_assets.fortnox.errors import FortnoxTransient
from fortnox_assets.settings import load_settings
from fortnox_assets.settings_errors import SettingsError
from fortnox_assets.simulator.books.documents import Document, StoredFile
from fortnox_assets.simulator.faults import Fault, Script
from fortnox_assets.warehouse.duckdb import DuckDBStored

LABEL = 2025
MODULES = ("voucher", "supplier_invoice", "asset", "article", "invoice")
TABLES = ("vouchers", "voucher_file_connections", "supplier_invoices", "supplier_invoice_file_connections")
OTHERS = ("assets", "asset_file_connections", "article_file_connections", "invoices", "attachments", "archive", "inbox")
BIG = b"%PDF-1.7\n" + bytes(range(256)) * 19_600
MODIFIED = dt.datetime.fromisoformat("2025-06-01")
HOSTILE = {
    "up": ("../../../etc/passwd.pdf", b"%PDF-1.4 up"),
    "absolute": ("/etc/cron.d/x", b"\x89PNG\r\n\x1a\n absolute"),
    "nul": ("kvitto\0.pdf\n.exe", b"MZ\x90\x00 nul"),
    "long": ("x" * 300 + ".pdf", b"\xff\xd8\xff long"),
    "swedish": ("räksmörgås åäö.pdf", b"%PDF-1.4 swedish"),
    "same-1": ("kvitto.pdf", b"%PDF-1.4 one"),
    "same-2": ("kvitto.pdf", b"%PDF-1.4 two"),
    "twin": ("kvitto kopia.pdf", b"%PDF-1.4 two"),
    "script": ("faktura.pdf", b"<!DOCTYPE html><script>1</script>"),
    "big": ("stor.pdf", BIG),
}


@pytest.fixture(scope="session")
def endings():
    return {"up": ".pdf", "absolute": ".png", "nul": ".bin", "long": ".jpg", "script": ".txt"}


@pytest.fixture
def desk(place):
    return Desk(place)


class Desk:
    """A company whose year has the sample's files and as many more as a test links to a voucher of it."""

    def __init__(self, place) -> None:
        self.place = place
        self.company = place.company
        self.app = place.app
        [year] = [each for each in self.company.years if each.from_date.year == LABEL]
        self.voucher = next(each.body for each in self.company.of("vouchers") if each.body["Year"] == year.id)

    def only_linked(self, **files) -> None:
        """The company's only links are these files, to one voucher; ``files`` by id: name and content."""
        for name in ("voucher", "supplier_invoice", "asset", "article"):
            self.company.of(f"{name}_file_connections").clear()
        self.company.of("attachments").clear()
        for file_id, (name, content) in files.items():
            self.link(file_id, name, content)

    def link(self, file_id, name, content, **how) -> None:
        if content is not None:
            file = StoredFile(name=name, content_type="application/pdf", content=content, **how)
            self.company.files[file_id] = file
        body = {
            "FileId": file_id,
            "VoucherDescription": "",
            "VoucherNumber": str(self.voucher["VoucherNumber"]),
            "VoucherSeries": self.voucher["VoucherSeries"],
            "VoucherYear": self.voucher["Year"],
        }
        self.company.of("voucher_file_connections").append(Document(body, MODIFIED))
        self.company.revision += 1

    def unlink(self, file_id) -> None:
        links = self.company.of("voucher_file_connections")
        links[:] = [each for each in links if each.body["FileId"] != file_id]
        self.company.revision += 1

    def opened(self, **choice):
        self.copy = self.place.copy(documents={"modules": ["voucher"], **choice})
        return self

    def sync(self, *tables) -> None:
        with Connections(self.copy.settings) as connections:
            for name in tables or TABLES[:2]:
                label = LABEL if COPIED[name].by_financial_year else None
                self.copy._sync_one(connections, name, label, full=False, store=self.copy.store)

    def fetch(self, *, full=False, **settings) -> dict:
        """One run of the asset; what it says. The links are read anew first."""
        self.sync()
        self.app.journal.clear()
        with Connections(self.copy.settings) as connections:
            cell = Cell(company=self.company.key, label=LABEL)
            stored = DuckDBStored(self.copy.settings.duckdb_path, "fortnox_raw")
            copying = Copying(connections=connections, cell=cell, run_id="run", stored=stored, full=full)
            self.told: list[str] = []
            result, said, self.lacking = copying.documents(self.copy.settings.documents, self.told.append)
            self.copy.store(result)
        return dict(said)

    def rows(self, columns="FileId, Status", where="_deleted_at is null") -> list[tuple]:
        return self.copy.query(f"select {columns} from fortnox_raw.documents where {where} order by FileId")

    @property
    def folder(self) -> Path:
        return self.copy.settings.state_dir / "documents"

    def kept(self) -> dict[str, bytes]:
        return {
            str(each.relative_to(self.folder)): each.read_bytes() for each in self.folder.rglob("*") if each.is_file()
        }

    def asked(self) -> list[str]:
        return [each.path for each in self.app.journal.requests() if each.path.startswith(("/3/archive", "/3/inbox"))]


def test_files_of_every_module_belong_to_the_year_of_what_they_are_linked_to(desk):
    company = desk.company
    company.files["art"] = StoredFile(name="blad.pdf", content_type="application/pdf", content=b"%PDF-blad")
    link = {"FileId": "art", "ArticleNumber": company.of("articles")[0].body["ArticleNumber"]}
    company.of("article_file_connections").append(Document(link, MODIFIED))
    desk.opened(modules=list(MODULES))
    desk.sync(*TABLES, *OTHERS)
    said = desk.fetch()
    rows = desk.copy.query(
        "select Module, count(*), count(*) filter (Status = 'stored'), count(DocumentDate), "
        "count(*) filter (year(DocumentDate) <> 2025) from fortnox_raw.documents group by 1 order by 1"
    )
    found = {module: counts for module, *counts in rows}
    assert {"voucher", "supplier_invoice", "invoice"} <= found.keys()
    assert all(counts[1:] == [counts[0], counts[0], 0] for counts in found.values())
    assert said["stored"] == sum(counts[0] for counts in found.values()) == said["requests"]
    names = desk.rows("Name, ObjectNumber", "Module = 'voucher'")
    assert all(f"verifikation-{number.replace(' ', '')}.pdf" == name for name, number in names)


def test_nothing_escapes_the_store_whatever_a_file_is_called(desk, endings):
    desk.only_linked(**HOSTILE)
    desk.opened()
    before = set(desk.copy.settings.state_dir.parent.rglob("*"))
    said = desk.fetch()
    assert (said["stored"], said["fetched"], said["linked"]) == (10, 10, 10)
    contents = {hashlib.sha256(content).hexdigest(): content for _, content in HOSTILE.values()}
    kept = desk.kept()
    assert len(kept) == 9  # two files have the same content
    for path, content in kept.items():
        company, folder, name = path.split("/")
        assert (company, folder, contents[name[:64]]) == (desk.company.key, name[:2], content)
    new = set(desk.copy.settings.state_dir.parent.rglob("*")) - before
    assert {each for each in new if each.is_file() and desk.folder not in each.parents} == {
        each for each in new if each.is_file() and each.suffix in (".duckdb", ".lock", ".sqlite")
    }
    paths = dict(desk.rows("FileId, Path"))
    assert {name: Path(paths[name]).suffix for name in endings} == endings
    assert dict(desk.rows("FileId, Name"))["nul"] == "kvitto\ufffd.pdf\ufffd.exe"
    assert dict(desk.rows("FileId, Name"))["long"] == "x" * 300 + ".pdf"
    assert dict(desk.rows("FileId, Size"))["big"] == len(BIG)


def test_nothing_is_fetched_twice(desk):
    desk.only_linked(**HOSTILE)
    desk.opened()
    assert desk.fetch()["requests"] == 10
    rows = desk.rows("* exclude (_loaded_at)")
    again = desk.fetch()
    assert (again["requests"], again["fetched"], again["stored"], again["sync"]) == (0, 0, 10, "unchanged")
    assert desk.rows("* exclude (_loaded_at)") == rows
    desk.link("new", "ny.pdf", b"%PDF new")
    assert desk.fetch()["requests"] == 1
    assert desk.told == ["1 files to fetch, one request each; 10 are there"]


def test_a_file_is_found_by_whichever_id_and_place_has_it_and_the_way_is_remembered(desk):
    desk.only_linked()
    for number in range(4):
        desk.link(f"f{number}", "f.pdf", b"%%PDF-%d" % number, found_by=frozenset({"fileid"}))
    desk.link("g", "g.pdf", b"%PDF-inbox", found_by=frozenset({"inbox"}))
    desk.copy = desk.place.copy(documents={"modules": ["voucher"]})
    desk.copy.settings = desk.copy.settings.model_copy(
        update={"environment": desk.copy.settings.environment.model_copy(update={"fortnox_requests_in_flight": 1})}
    )
    said = desk.fetch()
    assert said["stored"] == 5
    assert dict(desk.rows("FileId, FoundIn")) == {**{f"f{n}": "archive" for n in range(4)}, "g": "inbox"}
    # Once by the wrong way, then by the right one; the last by all three.
    assert said["requests"] == 2 + 3 + 3


def test_the_other_id_of_a_folder_listing_is_tried_too(desk):
    desk.only_linked()
    row = {"Id": "row-9", "ArchiveFileId": "file-9", "Name": "i arkivet.pdf", "Path": "/", "Comments": "", "Size": 9}
    desk.company.of("archive")[0].body["Files"].append(row)
    desk.link("row-9", "", None)
    desk.company.files["file-9"] = StoredFile(name="", content_type="application/pdf", content=b"%PDF-nine")
    desk.opened()
    desk.sync("archive")
    assert desk.fetch()["stored"] == 1
    assert desk.rows("Name, Size") == [("i arkivet.pdf", 9)]


def test_a_vanished_file_is_marked_asked_for_again_later_and_comes_back(desk):
    desk.only_linked(here=("a.pdf", b"%PDF a"))
    desk.link("gone", "b.pdf", None)
    desk.opened(try_again_hours=24)
    said = desk.fetch()
    assert (said["stored"], said["missing"], said["requests"]) == (1, 1, 4)
    [(since,)] = desk.rows("MissingSince", "FileId = 'gone'")
    assert since is not None
    assert list(desk.lacking) == ["gone"]
    assert desk.fetch()["requests"] == 0
    later = desk.copy.settings.config.model_copy(
        update={"documents": desk.copy.settings.documents.model_copy(update={"try_again_hours": 0.0})}
    )
    desk.copy.settings = desk.copy.settings.model_copy(update={"config": later})
    assert desk.fetch()["requests"] == 3
    assert desk.rows("MissingSince", "FileId = 'gone'") == [(since,)]
    desk.company.files["gone"] = StoredFile(name="b.pdf", content_type="application/pdf", content=b"%PDF b")
    assert desk.fetch()["stored"] == 2
    assert desk.rows() == [("gone", "stored"), ("here", "stored")]


def test_a_file_nothing_links_to_any_more_is_marked_and_kept_and_costs_nothing_when_it_is_back(desk):
    desk.only_linked(a=("a.pdf", b"%PDF a"), b=("b.pdf", b"%PDF b"))
    desk.opened().fetch()
    kept = desk.kept()
    desk.unlink("b")
    assert desk.fetch()["no longer linked"] == 1
    assert desk.rows() == [("a", "stored")]
    assert desk.kept() == kept
    desk.link("b", "b.pdf", None)
    assert desk.fetch()["requests"] == 0
    assert desk.rows() == [("a", "stored"), ("b", "stored")]


def test_what_is_too_large_or_over_the_quota_is_listed_and_comes_when_it_may(desk):
    desk.only_linked(a=("a.pdf", b"%PDF" + b"a" * 396), big=("big.pdf", b"%PDF" + b"b" * 2_000))
    for number in range(4):
        desk.link(f"c{number}", "c.pdf", b"%%PDF%d" % number + b"c" * 395)
    desk.opened(largest_megabytes=0.001, quota_megabytes=0.001)
    said = desk.fetch()
    assert (said["stored"], said["too_large"], said["over_quota"]) == (2, 1, 3)
    assert sum(map(len, desk.kept().values())) <= 1_000
    assert len(desk.lacking) == 4
    assert all("quota of 1000 bytes" in why or "more than 1000 bytes" in why for why in desk.lacking.values())
    assert desk.fetch()["requests"] == 0
    more = desk.copy.settings.documents.model_copy(update={"largest_megabytes": 1.0, "quota_megabytes": None})
    config = desk.copy.settings.config.model_copy(update={"documents": more})
    desk.copy.settings = desk.copy.settings.model_copy(update={"config": config})
    assert desk.fetch()["stored"] == 6


def test_dates_and_modules_choose(desk):
    desk.only_linked(a=("a.pdf", b"%PDF a"))
    day = dt.date.fromisoformat(desk.voucher["TransactionDate"])
    desk.opened(from_date=day + dt.timedelta(days=1))
    assert desk.fetch()["linked"] == 0
    desk.opened(from_date=day, to_date=day)
    assert desk.fetch()["stored"] == 1
    assert desk.rows("DocumentDate") == [(day,)]
    desk.opened(modules=["article"])
    desk.sync("article_file_connections")
    assert desk.fetch()["linked"] == 0


def test_a_full_run_looks_whether_every_file_is_still_in_the_store(desk):
    desk.only_linked(a=("a.pdf", b"%PDF a"), b=("b.pdf", b"%PDF b"))
    desk.opened().fetch()
    [path] = [each for each in desk.folder.rglob("*.txt") if each.read_bytes() == b"%PDF a"]
    path.unlink()
    assert desk.fetch()["requests"] == 0
    assert desk.fetch(full=True)["requests"] == 1
    assert path.read_bytes() == b"%PDF a"


def test_a_file_that_fortnox_always_fails_on_holds_up_no_other_but_an_outage_ends_the_run(desk, monkeypatch):
    monkeypatch.setattr("fortnox_assets.fortnox.connect._interruptible", lambda *_: lambda _: None)
    desk.only_linked(a=("a.pdf", b"%PDF a"), b=("b.pdf", b"%PDF b"))
    desk.opened()
    desk.app.faults.add(Script(fault=Fault.SERVER_ERROR, path="/3/archive/a", times=100))
    said = desk.fetch()
    assert (said["stored"], said["refused"]) == (1, 1)
    assert "answered 500" in desk.lacking["a"]
    for number in range(6):
        desk.link(f"c{number}", "c.pdf", b"%%PDF-%d" % number)
    desk.app.faults.add(Script(fault=Fault.SERVER_ERROR, path="/3/archive", times=1000))
    with pytest.raises(FortnoxTransient, match="answered 500"):
        desk.fetch()
    assert desk.rows() == [("a", "refused"), ("b", "stored")]


def test_truncated_bodies_are_asked_for_again_and_never_kept(desk, monkeypatch):
    monkeypatch.setattr("fortnox_assets.fortnox.connect._interruptible", lambda *_: lambda _: None)
    desk.only_linked(a=("a.pdf", BIG))
    desk.opened()
    desk.app.faults.add(Script(fault=Fault.TRUNCATED, path="/3/archive/a", times=2))
    said = desk.fetch()
    assert (said["stored"], said["requests"]) == (1, 3)
    assert list(desk.kept().values()) == [BIG]


def test_killed_and_run_again_only_what_was_under_way_is_asked_for_again(desk):
    files = {f"f{number:02}": (f"{number}.pdf", b"%%PDF-%d" % number) for number in range(20)}
    desk.only_linked(**files)
    desk.opened()
    desk.sync()
    started: list[subprocess.Popen] = []
    kill = Script(
        fault=Fault.CHANGE, path="/3/archive/", skip=12, change=lambda _: os.kill(started[0].pid, signal.SIGKILL)
    )
    desk.app.journal.clear()
    desk.app.faults.add(kill)
    directory = desk.copy.settings.config_path.parent
    environment = {**os.environ, **demo_environment(directory, desk.place.url), "FORTNOX_REQUESTS_IN_FLIGHT": "3"}
    command = [sys.executable, str(Path(__file__).with_name("fetch_process.py")), str(directory), desk.company.key]
    started.append(subprocess.Popen([*command, str(LABEL)], env=environment, stdout=subprocess.DEVNULL))
    assert started[0].wait(timeout=120) == -signal.SIGKILL
    desk.app.faults.clear()
    before = len(desk.asked())
    said = desk.fetch()
    assert (said["stored"], said["linked"]) == (20, 20)
    assert said["kept from an earlier run"] + said["requests"] == 20
    assert said["kept from an earlier run"] >= before - 4
    assert {hashlib.sha256(content).hexdigest() for content in desk.kept().values()} == {
        hashlib.sha256(content).hexdigest() for _, content in files.values()
    }
    assert not (desk.copy.settings.state_dir / "spool" / "documents" / desk.company.key / str(LABEL)).exists()


def test_a_field_that_files_are_found_by_cannot_be_left_out(tmp_path):
    (tmp_path / "fortnox.yaml").write_text(
        "companies: {a: {tenant_id: 1}}\ndocuments: {modules: [supplier_invoice]}\n"
        "fields: {supplier_invoice_file_connections: {exclude: [SupplierInvoiceNumber]}}\n"
    )
    with pytest.raises(SettingsError) as caught:
        load_settings({}, tmp_path)
    assert str(caught.value) == (
        "fortnox.yaml: fields.supplier_invoice_file_connections: SupplierInvoiceNumber is left out, "
        "and documents.modules: supplier_invoice needs it"
    )

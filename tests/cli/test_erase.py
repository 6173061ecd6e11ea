"""The two commands that remove for good: they show first, ask, and leave what they do not name."""

import pytest

from fortnox_assets.cli.instance import dagster_instance
from fortnox_assets.settings import load_settings

REGISTERS = ("--endpoint", "customers", "--endpoint", "suppliers", "--no-reports")
KARIN = "Karin Ek, Storgatan 1"


@pytest.fixture
def synced(ready):
    assert ready.run("sync", *REGISTERS).failed == []
    return ready


def a_customer(terminal, company="are-cykel"):
    return terminal.query("select min(CustomerNumber) from fortnox_raw.customers where company = ?", company)[0][0]


def test_erase_and_forget_show_what_goes_ask_and_do_it(synced, monkeypatch):
    number, before = a_customer(synced), synced.count("customers")
    [(name,)] = synced.query(
        "select Name from fortnox_raw.customers where company = 'are-cykel' and CustomerNumber = ?", number
    )
    words = ("erase", "--company", "are-cykel", "--customer", number, "--no-reports")
    refused = synced.run(*words)
    assert (refused.code, refused.err) == (
        2,
        "fortnox-assets: there is no terminal to ask in; pass --yes to do what is listed above\n",
    )
    assert refused.out.splitlines()[:2] == [
        f"What goes of customer {number} of are-cykel:",
        "  customers: 1 row deleted",
    ]
    assert name not in refused.out
    assert synced.count("customers") == before

    with monkeypatch.context() as patch:
        patch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        patch.setattr("rich.prompt.Confirm.ask", lambda *_, **__: False)
        assert synced.run(*words).err == "fortnox-assets: nothing was changed\n"
    assert synced.count("customers") == before

    ran = synced.run(*words, "--yes")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.endswith("1 rows erased; the reports show them until the next sync\n")
    assert synced.count("customers") == before - 1
    assert name.encode() not in synced.database.read_bytes()
    assert "or it has been erased already" in synced.run(*words, "--yes").err
    assert synced.run("sync", *REGISTERS, "--full").failed == []
    assert synced.count("customers") == before - 1

    (synced.state / "sie" / "are-cykel").mkdir(parents=True)
    (synced.state / "sie" / "are-cykel" / "2024.se").write_text(KARIN)
    (synced.state / "tokens").mkdir(exist_ok=True)
    (synced.state / "tokens" / "are-cykel.json").write_text(
        '{"access_token": "a", "refresh_token": "r", "expires_at": 1}'
    )
    others = synced.count("customers", "bjork-konsult")
    ran = synced.run("forget-company", "are-cykel", "--yes", "--no-reports")
    assert (ran.code, ran.err) == (0, "")
    assert "fortnox.yaml still has are-cykel: remove it, or the next sync copies it again\n" in ran.out
    assert synced.count("customers") == synced.count("suppliers") == 0
    assert synced.count("customers", "bjork-konsult") == others
    mine = [path for path in synced.state.rglob("*") if "are-cykel" in path.name and "dagster" not in path.parts]
    assert mine == []
    with monkeypatch.context() as patch:
        patch.setenv("DAGSTER_HOME", "")
        with dagster_instance(load_settings(synced.environment(), synced.directory)) as instance:
            assert instance.get_dynamic_partitions("fortnox_company") == ["bjork-konsult"]
    assert "nothing is kept of a company" in synced.run("forget-company", "are-cykel", "--yes").only(2)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("erase", "--company", "are-cykel"), "name one of --customer, --supplier and --employee"),
        (("erase", "--company", "are-cykel", "--customer", "1", "--employee", "2"), "name one of"),
        (("erase", "--company", "nobody", "--customer", "1"), "there is no company 'nobody'"),
        (("erase", "--company", "are-cykel", "--customer", "1"), "nothing is stored about customer 1 of are-cykel"),
        (("forget-company", "../.."), "is not a company key"),
        (("forget-company", "nobody"), "nothing is kept of a company 'nobody'"),
    ],
)
def test_what_cannot_be_erased_is_one_line(terminal, words, says):
    assert says in terminal.run(*words).only(2)

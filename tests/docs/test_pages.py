"""The documentation as pages: every link leads somewhere, and nothing is fetched from the network."""

import importlib.util
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
FETCHED = re.compile(r'<(?:img|script|link)[^>]+(?:src|href)="(https?:[^"]+)"')
LOCAL = re.compile(r'(?:href|src)="(?!https?:|mailto:)([^"#]*)(?:#([^"]*))?"')


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    spec = importlib.util.spec_from_file_location("docs_pages", DOCS / "pages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    target = tmp_path_factory.mktemp("site")
    dbt_page = target / "dbt.html"
    dbt_page.write_text("<title>every table</title>", encoding="utf-8")
    return target, module.build(target, dbt_page)


def test_every_document_is_a_page(site):
    target, pages = site
    documents = {each.relative_to(DOCS).with_suffix(".html") for each in DOCS.rglob("*.md")}
    assert documents == {each.relative_to(target / "docs") for each in pages if (target / "docs") in each.parents}
    assert (target / "README.html") in pages


def test_every_link_to_a_page_or_picture_leads_to_one(site):
    target, pages = site
    missing = []
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for address, anchor in LOCAL.findall(text):
            found = (page.parent / address).resolve() if address else page
            in_site = found.suffix in {".html", ".svg", ".png"}
            if in_site and not found.exists():
                missing.append((page.relative_to(target), address))
            elif found.suffix == ".html" and anchor and f'id="{anchor}"' not in found.read_text(encoding="utf-8"):
                missing.append((page.relative_to(target), f"{address}#{anchor}"))
    assert missing == []


def test_no_page_needs_the_network(site):
    _, pages = site
    assert [found for page in pages for found in FETCHED.findall(page.read_text(encoding="utf-8"))] == []

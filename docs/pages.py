"""Puts the documentation in a folder that a browser reads without network: ``make docs``.

The pages of docs/ and the READMEs as HTML, beside the page dbt writes about every table and column.
"""

import re
import shutil
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).parent.parent
PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "dbt_project/README.md")
TABLES = "tables.html"
STYLE = """
body { font: 16px/1.55 system-ui, sans-serif; color: #1f2933; margin: 0 auto; max-width: 62rem; padding: 1.5rem }
nav { border-bottom: 1px solid #cbd2d9; padding-bottom: .7rem } nav a { margin-right: 1rem }
table { border-collapse: collapse; font-size: .9rem } th, td { border: 1px solid #cbd2d9; padding: .3rem .6rem; text-align: left }
code, pre { background: #f0f4f8; font-size: .9em } pre { padding: .8rem; overflow-x: auto } img { max-width: 100% }
"""  # noqa: E501 - a style sheet
_LINK = re.compile(r'(href=")(?![a-z]+:|#)([^"#]+?)\.md(#[^"]*)?"')
_HEADING = re.compile(r"<h([1-4])>(.*?)</h\1>")


def build(target: Path, dbt_page: Path) -> list[Path]:
    """Writes the site into ``target`` and answers its pages. Raises: OSError when it cannot be written."""
    written = [_page(source, target) for source in _sources()]
    shutil.copytree(ROOT / "docs" / "images", target / "docs" / "images", dirs_exist_ok=True)
    shutil.copyfile(dbt_page, target / TABLES)
    (target / "index.html").write_text(
        '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=README.html">',
        encoding="utf-8",
    )
    return [*written, target / TABLES]


def _sources() -> Iterator[Path]:
    yield from (ROOT / page for page in PAGES)
    yield from sorted((ROOT / "docs").rglob("*.md"))


def _page(source: Path, target: Path) -> Path:
    place = source.relative_to(ROOT).with_suffix(".html")
    up = "../" * (len(place.parts) - 1)
    text = MarkdownIt("commonmark").enable("table").render(source.read_text(encoding="utf-8"))
    body = _HEADING.sub(_anchored, _LINK.sub(r'\1\2.html\3"', text))
    navigation = " ".join(
        f'<a href="{up}{address}">{name}</a>'
        for address, name in (("README.html", "Start"), ("docs/reports.html", "Reports"), (TABLES, "Every table"))
    )
    written = target / place
    written.parent.mkdir(parents=True, exist_ok=True)
    title = escape(source.stem)
    written.write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
        f"<nav>{navigation}</nav><main>{body}</main></html>",
        encoding="utf-8",
    )
    return written


def _anchored(heading: re.Match[str]) -> str:
    level, text = heading.groups()
    name = re.sub(r"[^\w -]", "", re.sub(r"<[^>]*>", "", text).lower()).strip().replace(" ", "-")
    return f'<h{level} id="{name}">{text}</h{level}>'


if __name__ == "__main__":
    pages = build(Path(sys.argv[1]), Path(sys.argv[2]))
    sys.stdout.write(f"{len(pages)} pages; open {sys.argv[1]}/index.html\n")

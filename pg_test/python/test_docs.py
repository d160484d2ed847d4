"""What the documentation shows is what the server prints."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_shows_what_the_server_prints(page: Path) -> None:
    script = ROOT / "pg_test" / "scripts" / "docs.py"
    done = subprocess.run([sys.executable, script, "--check", page], capture_output=True, text=True)
    assert done.returncode == 0, f"refresh it with pg_test/scripts/docs.py {page.name}\n{done.stdout}{done.stderr}"


def test_the_pages_have_something_to_show() -> None:
    assert sum(page.read_text().count("```text\n") for page in PAGES) > 30

"""migrate_ckan.py [REVISION]: CKAN's own `ckan db upgrade` on the database of the PG… variables."""

import os
import sys
import tempfile
from pathlib import Path

import ckan.migration
from alembic.config import Config
from alembic.script import ScriptDirectory
from ckan.cli.cli import ckan as ckan_command
from report import Report

SETTINGS = """
[app:main]
use = egg:ckan
ckan.site_url = http://localhost
solr_url = http://localhost
SECRET_KEY = of no use
sqlalchemy.url = postgresql://{PGUSER}@/{PGDATABASE}?host={PGHOST}&port={PGPORT}
"""


def main(revision: str = "head") -> None:
    report = Report()
    report.collect_at_commit()
    with tempfile.NamedTemporaryFile("w", suffix=".ini") as settings:
        settings.write(SETTINGS.format(**os.environ))
        settings.flush()
        ckan_command(["-c", settings.name, "db", "upgrade", "-v", revision], standalone_mode=False)
    scripts = ScriptDirectory.from_config(Config(Path(ckan.migration.__file__).parent / "alembic.ini"))
    report.print(len(list(scripts.walk_revisions())))


main(*sys.argv[1:])

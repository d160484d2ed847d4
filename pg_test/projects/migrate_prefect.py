"""migrate_prefect.py [REVISION]: Prefect's own `prefect server database upgrade` on the database of the PG… variables."""

import os
import sys
import tempfile

from report import Report

URL = "postgresql+asyncpg://{PGUSER}@/{PGDATABASE}?host={PGHOST}&port={PGPORT}"


def main(revision: str = "head") -> None:
    report = Report()
    report.collect_at_commit()
    with tempfile.TemporaryDirectory() as home:
        os.environ["PREFECT_HOME"] = home
        os.environ["PREFECT_SERVER_DATABASE_CONNECTION_URL"] = URL.format(**os.environ)
        prefect_command("server", "database", "upgrade", "--yes", "--revision", revision)
    report.print(count_revisions())


def prefect_command(*arguments: str) -> None:
    from prefect.cli import app

    sys.argv[1:] = arguments
    try:
        app()
    except SystemExit as end:
        if end.code:
            raise


def count_revisions() -> int:
    from alembic.script import ScriptDirectory
    from prefect.server.database.alembic_commands import alembic_config
    from prefect.server.database.dependencies import provide_database_interface

    config = alembic_config()
    config.set_main_option("version_locations", str(provide_database_interface().orm.versions_dir))
    return len(list(ScriptDirectory.from_config(config).walk_revisions()))


main(*sys.argv[1:])

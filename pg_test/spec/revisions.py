"""Revision files run by Alembic itself, as a user's project runs them."""

import io
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import MetaData

# The template of `alembic init`, but for where the models and the database come from.
ENV = """
from alembic import context
from sqlalchemy import create_engine, pool

config = context.config
metadata = config.attributes["metadata"]
url = config.get_main_option("sqlalchemy.url")

if context.is_offline_mode():
    context.configure(url=url, target_metadata=metadata, literal_binds=True, dialect_opts={"paramstyle": "named"})
    with context.begin_transaction():
        context.run_migrations()
else:
    with create_engine(url, poolclass=pool.NullPool).connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            compare_server_default=True,
            include_name=lambda name, kind, _: kind != "schema" or name != "guarded",
        )
        with context.begin_transaction():
            context.run_migrations()
"""


class Project:
    """A directory with revisions, for one database."""

    def __init__(self, directory: Path, database: str, metadata: MetaData | None = None) -> None:
        self.versions = directory / "versions"
        self.versions.mkdir(parents=True)
        (directory / "env.py").write_text(ENV)
        self.output = io.StringIO()
        self.config = Config(output_buffer=self.output)
        self.config.set_main_option("script_location", str(directory))
        self.config.set_main_option("path_separator", "os")
        self.config.set_main_option("sqlalchemy.url", f"postgresql+psycopg:///{database}")
        self.config.attributes["metadata"] = metadata or MetaData()

    def add(self, name: str, text: str) -> None:
        (self.versions / f"{name}.py").write_text(text)

    def upgrade(self) -> None:
        command.upgrade(self.config, "head")

    def downgrade(self) -> None:
        command.downgrade(self.config, "-1")

    def script(self) -> str:
        """What `alembic upgrade head --sql` prints."""
        self.output.truncate(self.output.seek(0))
        command.upgrade(self.config, "head", sql=True)
        return self.output.getvalue()

    def check(self) -> None:
        """Raises if autogenerate finds something to do."""
        command.check(self.config)

"""Connects with libpq's own environment variables (PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE) and runs migrations.

A program that calls Alembic may hand over its connection in config.attributes["connection"]; then it also decides about
the transaction, and about logging.
"""

import logging.config

from alembic import context
from sqlalchemy import Connection, create_engine, pool, text

config = context.config
options = {
    "target_metadata": None,
    "transaction_per_migration": config.get_main_option("transaction_per_migration") == "true",
}


def run_offline() -> None:
    """alembic upgrade --sql: prints the script, the line that makes it guarded included."""
    context.configure(dialect_name="postgresql", literal_binds=True, **options)
    run_migrations()


def run_online() -> None:
    logging.config.fileConfig(config.config_file_name, disable_existing_loggers=False)
    engine = create_engine("postgresql+psycopg://", poolclass=pool.NullPool)
    with engine.connect() as connection:
        run_on(connection)
        log_summary(connection)


def run_on(connection: Connection) -> None:
    context.configure(connection=connection, **options)
    run_migrations()


def run_migrations() -> None:
    with context.begin_transaction():
        if config.get_main_option("intercept") == "true":
            context.execute("SELECT guarded.intercept(true)")
        context.run_migrations()


def log_summary(connection: Connection) -> None:
    """What guarded_ddl did in this session, by status and reason: nobody should have to count NOTICEs."""
    if connection.scalar(text("SELECT to_regproc('guarded.summary') IS NOT NULL")):
        for row in connection.execute(text("SELECT migration, status, reason, outcomes FROM guarded.summary()")):
            logging.getLogger("alembic").info(" ".join(str(value) for value in row if value is not None))


if context.is_offline_mode():
    run_offline()
elif "connection" in config.attributes:
    run_on(config.attributes["connection"])
else:
    run_online()

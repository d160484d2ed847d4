"""All objects of a database."""

from __future__ import annotations

from .constraints import constraints
from .database import Database
from .definition import Definition
from .functions import functions
from .indexes import indexes
from .others import comments, extensions, schemas
from .policies import policies
from .publications import publications
from .sequences import sequences
from .statistics import statistics
from .tables import Tables
from .triggers import triggers
from .types import composites, domains, enums
from .views import views


def of_catalog(database: Database) -> list[Definition]:
    """The definitions of all objects, with names as the search_path has them be written."""
    tables = Tables(database)
    return [
        *schemas(database), *extensions(database), *enums(database), *composites(database, tables), *domains(database),
        *sequences(database), *tables.definitions(), *tables.column_definitions(), *constraints(tables),
        *indexes(database, tables), *views(database, tables), *functions(database), *triggers(database), *policies(database),
        *tables.row_security(), *statistics(database, tables), *publications(database, tables), *comments(database),
    ]  # fmt: skip

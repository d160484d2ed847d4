"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}
"""

from alembic import op
from sqlalchemy import ARRAY, Text, bindparam, text
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def guarded(operation: str, *arguments, **options) -> None:
    """SELECT guarded.<operation>(...): what op.<operation>(...) takes, in the same order and under the same names."""
    values = {f"argument_{number}": value for number, value in enumerate(arguments)} | options
    call = [f":{name}" for name in values if name not in options] + [f'"{name}" => :{name}' for name in options]
    types = {name: ARRAY(Text) for name, value in values.items() if isinstance(value, list)}
    parameters = [bindparam(name, value, types.get(name)) for name, value in values.items()]
    op.execute(text(f"SELECT guarded.{operation}({', '.join(call)})").bindparams(*parameters))


def upgrade() -> None:
    op.execute(f"SET LOCAL guarded.migration = '{revision}'")
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    op.execute(f"SET LOCAL guarded.migration = '{revision} downgrade'")
    ${downgrades if downgrades else "pass"}

"""the core tables, which every installation has

Revision ID: b354d12d1e7d
Revises:
Create Date: 2025-03-01 08:00:00
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "b354d12d1e7d"
down_revision = None
branch_labels = None
depends_on = None

STAGES = ("sourcing", "evaluation", "closed")


def table(name: str, *columns) -> None:
    """A table with the id and the creation time that all of them have."""
    op.create_table(
        name,
        sa.Column("id", sa.Uuid() if name == "documents" else sa.String(36), primary_key=True),
        *columns,
        sa.Column("created_at", sa.DateTime(), server_default=sa.text("now()")),
    )


def reference(column: str, target: str, **options) -> sa.Column:
    return sa.Column(column, sa.String(36), sa.ForeignKey(f"{target}.id"), **options)


def updated_at() -> sa.Column:
    return sa.Column("updated_at", sa.DateTime())


def upgrade() -> None:
    organizations_and_users()
    deals()
    documents()
    daily_work()


def organizations_and_users() -> None:
    table(
        "organizations",
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("slug", sa.String(100), nullable=False),
        sa.Column("plan", sa.String(50), server_default="trial"),
        sa.Column("settings", sa.JSON()),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true()),
        updated_at(),
    )
    op.create_index("idx_organizations_slug", "organizations", ["slug"])
    table(
        "users",
        reference("organization_id", "organizations"),
        sa.Column("clerk_user_id", sa.String(255)),
        sa.Column("email", sa.String(255), nullable=False),
        sa.Column("full_name", sa.String(255)),
        sa.Column("role", sa.String(50), server_default="member"),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true()),
        sa.Column("last_login_at", sa.DateTime()),
        updated_at(),
    )
    op.create_index("idx_users_email", "users", ["email"])
    table(
        "subscriptions",
        reference("organization_id", "organizations", nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("amount", sa.Double()),
        sa.Column("currency", sa.String(3)),
        updated_at(),
    )


def deals() -> None:
    table(
        "deals",
        reference("organization_id", "organizations", nullable=False),
        reference("owner_id", "users"),
        sa.Column("title", sa.String(255), nullable=False),
        sa.Column("stage", postgresql.ENUM(*STAGES, name="deal_stage"), server_default="sourcing"),
        sa.Column("value", sa.Double()),
        sa.Column("currency", sa.String(3)),
        sa.Column("probability", sa.Integer()),
        sa.Column("expected_close", sa.DateTime()),
        updated_at(),
    )
    table(
        "deal_activities",
        reference("deal_id", "deals", nullable=False),
        sa.Column("user_id", sa.String(36)),
        sa.Column("kind", sa.String(50)),
        sa.Column("body", sa.Text()),
    )
    table(
        "deal_milestones",
        reference("deal_id", "deals", nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("due_on", sa.DateTime()),
        sa.Column("completed", sa.Boolean()),
    )
    table(
        "financial_statements",
        reference("deal_id", "deals", nullable=False),
        sa.Column("period_start", sa.DateTime(), nullable=False),
        sa.Column("period_end", sa.DateTime(), nullable=False),
        sa.Column("revenue", sa.Double()),
        sa.Column("ebitda", sa.Double()),
    )
    table(
        "valuations",
        reference("deal_id", "deals", nullable=False),
        sa.Column("method", sa.String(50)),
        sa.Column("low", sa.Double()),
        sa.Column("high", sa.Double()),
        sa.Column("assumptions", sa.JSON()),
        updated_at(),
    )


def documents() -> None:
    table(
        "document_folders",
        reference("organization_id", "organizations", nullable=False),
        reference("parent_id", "document_folders"),
        sa.Column("name", sa.String(100), nullable=False),
    )
    table(
        "documents",
        reference("organization_id", "organizations", nullable=False),
        reference("deal_id", "deals"),
        reference("folder_id", "document_folders"),
        sa.Column(
            "parent_document_id",
            sa.Uuid(),
            sa.ForeignKey("documents.id", name="documents_parent_document_id_fkey"),
        ),
        sa.Column("title", sa.String(255), nullable=False),
        sa.Column("file_path", sa.String(500)),
        sa.Column("file_size", sa.Integer()),
        sa.Column("status", sa.String(20), server_default="draft"),
        sa.Column("tags", sa.JSON()),
        sa.Column("version_number", sa.Integer(), server_default=sa.text("1")),
        updated_at(),
    )


def daily_work() -> None:
    table(
        "tasks",
        reference("organization_id", "organizations", nullable=False),
        reference("assignee_id", "users"),
        reference("deal_id", "deals"),
        sa.Column("title", sa.String(255), nullable=False),
        sa.Column("done", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("due_at", sa.DateTime()),
        updated_at(),
    )
    table(
        "invoices",
        reference("organization_id", "organizations", nullable=False),
        sa.Column("number", sa.String(50), nullable=False),
        sa.Column("amount", sa.Double()),
        sa.Column("paid", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    table(
        "notifications",
        reference("user_id", "users", nullable=False),
        sa.Column("kind", sa.String(50), nullable=False),
        sa.Column("payload", sa.JSON()),
        sa.Column("read_at", sa.DateTime()),
    )
    table(
        "audit_logs",
        reference("organization_id", "organizations"),
        reference("user_id", "users"),
        sa.Column("action", sa.String(100), nullable=False),
        sa.Column("payload", sa.JSON()),
    )


def downgrade() -> None:
    for name in ("audit_logs", "notifications", "invoices", "tasks", "documents", "document_folders", "valuations"):
        op.drop_table(name)
    for name in ("financial_statements", "deal_milestones", "deal_activities", "deals", "subscriptions", "users"):
        op.drop_table(name)
    op.drop_table("organizations")
    op.execute("DROP TYPE deal_stage")

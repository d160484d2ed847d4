"""The 284 operations of 774225e563ca as plain op.* calls, as Alembic writes them.

It is a branch of its own, in a folder that alembic.ini does not name, because it stands for the same change: a project
has one or the other.

Revision ID: 5fa8b9136e2d
Revises: b354d12d1e7d
Create Date: 2025-11-14 08:00:00
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "5fa8b9136e2d"
down_revision = "b354d12d1e7d"
branch_labels = ("plain",)
depends_on = None


def upgrade() -> None:
    organizations_and_users()
    deals()
    admin()
    pipeline()
    valuation_and_matching()
    documents()
    document_generation()
    blog()
    community()
    events()


def downgrade() -> None:
    raise NotImplementedError("only the upgrade is shown")


def organizations_and_users() -> None:
    op.alter_column("organizations", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("organizations", "updated_at", type_=sa.DateTime(timezone=True))
    op.alter_column("organizations", "settings", type_=postgresql.JSONB())
    op.alter_column("organizations", "settings", server_default=sa.text("'{}'::jsonb"))
    op.alter_column("organizations", "is_active", nullable=False)
    op.add_column("organizations", sa.Column("region", sa.String(20), nullable=False, server_default=sa.text("'eu'")))
    op.add_column(
        "organizations",
        sa.Column(
            "ai_enabled",
            sa.Boolean(),
            nullable=False,
            server_default=sa.text("false"),
            comment="whether documents are sent to the suggestion service",
        ),
    )
    op.drop_index("idx_organizations_slug", "organizations")
    op.create_index("ix_organizations_slug", "organizations", ["slug"], unique=True)
    op.create_table_comment("organizations", "one customer, the owner of everything else")
    op.alter_column("users", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("users", "updated_at", type_=sa.DateTime(timezone=True))
    op.alter_column("users", "last_login_at", type_=sa.DateTime(timezone=True))
    op.alter_column("users", "role", type_=sa.String(100))
    op.alter_column("users", "is_active", nullable=False)
    op.add_column("users", sa.Column("timezone", sa.String(64), nullable=False, server_default=sa.text("'UTC'")))
    op.add_column("users", sa.Column("locale", sa.String(10)))
    op.execute("ALTER INDEX idx_users_email RENAME TO ix_users_email")
    op.create_index("ix_users_email_lower", "users", [sa.text("lower(email)")], unique=True)
    op.create_unique_constraint("uq_users_clerk_user_id", "users", ["clerk_user_id"])
    op.alter_column("subscriptions", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("subscriptions", "updated_at", type_=sa.DateTime(timezone=True))
    op.alter_column("subscriptions", "amount", type_=sa.Numeric(12, 2), nullable=False)
    op.create_index(
        "ix_subscriptions_open", "subscriptions", ["organization_id"], postgresql_where=sa.text("status <> 'canceled'")
    )


def deals() -> None:
    op.execute("ALTER TYPE deal_stage ADD VALUE 'due_diligence' AFTER 'evaluation'")
    op.alter_column("deals", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("deals", "updated_at", type_=sa.DateTime(timezone=True))
    op.alter_column("deals", "value", type_=sa.Numeric(18, 2))
    op.alter_column("deals", "expected_close", type_=sa.Date())
    op.alter_column("deals", "probability", nullable=False)
    op.create_check_constraint("ck_deals_probability", "deals", "probability BETWEEN 0 AND 100")
    op.add_column("deals", sa.Column("source", sa.String(50)))
    op.add_column("deals", sa.Column("ai_score", sa.Numeric(5, 2)))
    op.add_column("deals", sa.Column("pipeline_template_id", sa.String(36)))
    op.create_index("ix_deals_stage", "deals", ["stage"])
    op.create_index("ix_deals_organization_created", "deals", ["organization_id", sa.text("created_at DESC")])
    op.alter_column("deals", "value", comment="in the currency of the deal")
    op.alter_column("deal_activities", "created_at", type_=sa.DateTime(timezone=True))
    op.create_index("ix_deal_activities_deal_id", "deal_activities", ["deal_id"])
    op.create_foreign_key(
        "fk_deal_activities_user_id", "deal_activities", "users", ["user_id"], ["id"], ondelete="SET NULL"
    )
    op.alter_column("deal_milestones", "due_on", new_column_name="due_at")
    op.alter_column("deal_milestones", "due_at", type_=sa.DateTime(timezone=True))
    op.alter_column("deal_milestones", "completed", server_default=sa.text("false"))
    op.alter_column("financial_statements", "period_start", type_=sa.Date())
    op.alter_column("financial_statements", "period_end", type_=sa.Date())
    op.alter_column("financial_statements", "revenue", type_=sa.Numeric(18, 2))
    op.alter_column("financial_statements", "ebitda", type_=sa.Numeric(18, 2))
    op.create_unique_constraint(
        "uq_financial_statements_period", "financial_statements", ["deal_id", "period_start", "period_end"]
    )
    op.alter_column("valuations", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("valuations", "updated_at", type_=sa.DateTime(timezone=True))
    op.alter_column("valuations", "low", type_=sa.Numeric(18, 2))
    op.alter_column("valuations", "high", type_=sa.Numeric(18, 2))
    op.alter_column("valuations", "assumptions", type_=postgresql.JSONB())
    op.create_check_constraint("ck_valuations_range", "valuations", "low <= high")
    op.alter_column("tasks", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("tasks", "updated_at", type_=sa.DateTime(timezone=True))
    op.alter_column("tasks", "due_at", type_=sa.DateTime(timezone=True))
    op.add_column("tasks", sa.Column("priority", sa.SmallInteger(), nullable=False, server_default=sa.text("3")))
    op.create_index("ix_tasks_open", "tasks", ["assignee_id", "due_at"], postgresql_where=sa.text("NOT done"))
    op.execute("CREATE SEQUENCE invoice_number START 1000")
    op.alter_column("invoices", "amount", type_=sa.Numeric(12, 2))
    op.create_unique_constraint("uq_invoices_number", "invoices", ["organization_id", "number"])
    op.alter_column("notifications", "payload", type_=postgresql.JSONB())
    op.create_index(
        "ix_notifications_unread", "notifications", ["user_id"], postgresql_where=sa.text("read_at IS NULL")
    )
    op.alter_column("audit_logs", "payload", type_=postgresql.JSONB())
    op.alter_column("audit_logs", "created_at", type_=sa.DateTime(timezone=True))
    op.create_index("ix_audit_logs_created_at", "audit_logs", ["created_at"], postgresql_using="brin")


def admin() -> None:
    op.alter_column("admin_activities", "amount", server_default=None)
    op.alter_column("admin_activities", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("admin_activities", "updated_at", type_=sa.DateTime(timezone=True))
    op.create_index("ix_admin_activities_id", "admin_activities", ["id"])
    op.drop_index("idx_admin_activities_deal", "admin_activities")
    op.create_foreign_key(
        "fk_admin_activities_deal_id", "admin_activities", "deals", ["deal_id"], ["id"], ondelete="CASCADE"
    )
    op.alter_column("admin_campaigns", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("admin_campaigns", "updated_at", type_=sa.DateTime(timezone=True))
    op.alter_column("admin_campaigns", "budget", type_=sa.Numeric(12, 2))
    op.alter_column("admin_campaigns", "status", server_default=sa.text("'planned'"))
    op.create_index("ix_admin_campaigns_organization_id", "admin_campaigns", ["organization_id"])
    op.alter_column("admin_campaign_recipients", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("admin_campaign_recipients", "updated_at", type_=sa.DateTime(timezone=True))
    op.alter_column("admin_campaign_recipients", "email", type_=sa.String(255))
    op.alter_column("admin_campaign_recipients", "opened", server_default=sa.text("false"), nullable=False)
    op.create_foreign_key(
        "fk_admin_campaign_recipients_campaign_id",
        "admin_campaign_recipients",
        "admin_campaigns",
        ["campaign_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.create_unique_constraint(
        "uq_admin_campaign_recipients_email", "admin_campaign_recipients", ["campaign_id", "email"]
    )
    op.alter_column("admin_collateral", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("admin_collateral", "updated_at", type_=sa.DateTime(timezone=True))
    op.alter_column("admin_collateral", "file_size", type_=sa.BigInteger())
    op.create_index("ix_admin_collateral_kind", "admin_collateral", ["kind"])
    op.alter_column("admin_collateral_usage", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("admin_collateral_usage", "updated_at", type_=sa.DateTime(timezone=True))
    op.create_foreign_key(
        "fk_admin_collateral_usage_collateral_id",
        "admin_collateral_usage",
        "admin_collateral",
        ["collateral_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.create_index("ix_admin_collateral_usage_prospect_id", "admin_collateral_usage", ["prospect_id"])
    op.alter_column("admin_content_scripts", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("admin_content_scripts", "updated_at", type_=sa.DateTime(timezone=True))
    op.add_column(
        "admin_content_scripts",
        sa.Column("ai_generated", sa.Boolean(), nullable=False, server_default=sa.text("false")),
    )
    op.alter_column("admin_content_scripts", "duration_seconds", comment="spoken length")
    op.alter_column("admin_content_pieces", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("admin_content_pieces", "updated_at", type_=sa.DateTime(timezone=True))
    op.create_foreign_key(
        "fk_admin_content_pieces_script_id",
        "admin_content_pieces",
        "admin_content_scripts",
        ["script_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_index("ix_admin_content_pieces_status", "admin_content_pieces", ["status"])
    op.alter_column("admin_deals", "amount", server_default=None)
    op.alter_column("admin_deals", "amount", type_=sa.Numeric(18, 2))
    op.alter_column("admin_deals", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("admin_deals", "updated_at", type_=sa.DateTime(timezone=True))
    op.drop_index("idx_admin_deals_stage", "admin_deals")
    op.create_index("ix_admin_deals_organization_stage", "admin_deals", ["organization_id", "stage"])
    op.create_check_constraint("ck_admin_deals_probability", "admin_deals", "probability BETWEEN 0 AND 100")
    op.alter_column("admin_focus_sessions", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("admin_focus_sessions", "updated_at", type_=sa.DateTime(timezone=True))
    op.alter_column("admin_focus_sessions", "started_at", type_=sa.DateTime(timezone=True))
    op.create_foreign_key(
        "fk_admin_focus_sessions_user_id", "admin_focus_sessions", "users", ["user_id"], ["id"], ondelete="CASCADE"
    )
    op.alter_column("admin_goals", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("admin_goals", "updated_at", type_=sa.DateTime(timezone=True))
    op.alter_column("admin_goals", "target", type_=sa.Numeric(12, 2))
    op.alter_column("admin_goals", "progress", type_=sa.Numeric(12, 2))
    op.create_unique_constraint("uq_admin_goals_name", "admin_goals", ["organization_id", "name"])
    op.alter_column("admin_lead_captures", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("admin_lead_captures", "updated_at", type_=sa.DateTime(timezone=True))
    op.alter_column("admin_lead_captures", "payload", type_=postgresql.JSONB())
    op.create_index("ix_admin_lead_captures_email", "admin_lead_captures", [sa.text("lower(email)")])
    op.alter_column("admin_meetings", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("admin_meetings", "updated_at", type_=sa.DateTime(timezone=True))
    op.alter_column("admin_meetings", "starts_at", type_=sa.DateTime(timezone=True))
    op.alter_column("admin_meetings", "notes", type_=sa.Text())
    op.drop_index("idx_admin_meetings_deal", "admin_meetings")
    op.create_foreign_key(
        "fk_admin_meetings_deal_id", "admin_meetings", "deals", ["deal_id"], ["id"], ondelete="SET NULL"
    )
    op.alter_column("admin_nudges", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("admin_nudges", "updated_at", type_=sa.DateTime(timezone=True))
    op.alter_column("admin_nudges", "sent", server_default=sa.text("false"), nullable=False)
    op.create_foreign_key("fk_admin_nudges_user_id", "admin_nudges", "users", ["user_id"], ["id"], ondelete="CASCADE")
    op.alter_column("admin_prospects", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("admin_prospects", "updated_at", type_=sa.DateTime(timezone=True))
    op.alter_column("admin_prospects", "email", type_=sa.String(255))
    op.alter_column("admin_prospects", "value", server_default=None)
    op.create_index("ix_admin_prospects_organization_id", "admin_prospects", ["organization_id"])
    op.alter_column("admin_scores", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("admin_scores", "updated_at", type_=sa.DateTime(timezone=True))
    op.alter_column("admin_scores", "week", type_=sa.Date())
    op.create_unique_constraint("uq_admin_scores_week", "admin_scores", ["user_id", "week"])
    op.alter_column("rbac_audit_logs", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("rbac_audit_logs", "details", type_=postgresql.JSONB())
    op.create_index("ix_rbac_audit_logs_action", "rbac_audit_logs", ["action", "created_at"])
    op.execute("ALTER TABLE rbac_audit_logs ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY rbac_audit_logs_tenant ON rbac_audit_logs USING (organization_id = current_setting('app.organization_id', true))"
    )


def pipeline() -> None:
    op.alter_column("pipeline_templates", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("pipeline_templates", "updated_at", type_=sa.DateTime(timezone=True))
    op.alter_column("pipeline_templates", "is_default", server_default=sa.text("false"), nullable=False)
    op.create_unique_constraint("uq_pipeline_templates_name", "pipeline_templates", ["organization_id", "name"])
    op.create_table_comment("pipeline_templates", "the stages a deal goes through, by organization")
    op.alter_column("pipeline_template_stages", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("pipeline_template_stages", "updated_at", type_=sa.DateTime(timezone=True))
    op.alter_column("pipeline_template_stages", "position", server_default=None)
    op.alter_column("pipeline_template_stages", "probability", type_=sa.Numeric(5, 2))
    op.create_unique_constraint(
        "uq_pipeline_template_stages_position", "pipeline_template_stages", ["template_id", "position"]
    )
    op.create_foreign_key(
        "fk_deals_pipeline_template_id",
        "deals",
        "pipeline_templates",
        ["pipeline_template_id"],
        ["id"],
        ondelete="SET NULL",
    )


def valuation_and_matching() -> None:
    op.alter_column("valuation_export_logs", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("valuation_export_logs", "updated_at", type_=sa.DateTime(timezone=True))
    op.alter_column("valuation_export_logs", "file_size", type_=sa.BigInteger())
    op.create_index("ix_valuation_export_logs_valuation_id", "valuation_export_logs", ["valuation_id"])
    op.create_foreign_key(
        "fk_valuation_export_logs_valuation_id",
        "valuation_export_logs",
        "valuations",
        ["valuation_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.execute("ALTER TABLE valuation_export_logs ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY valuation_export_logs_tenant ON valuation_export_logs USING (organization_id = current_setting('app.organization_id', true))"
    )
    op.alter_column("deal_matches", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("deal_matches", "updated_at", type_=sa.DateTime(timezone=True))
    op.alter_column("deal_matches", "score", type_=sa.Numeric(5, 2))
    op.alter_column("deal_matches", "factors", type_=postgresql.JSONB())
    op.drop_index("idx_deal_matches_deal", "deal_matches")
    op.create_unique_constraint("uq_deal_matches_pair", "deal_matches", ["deal_id", "matched_deal_id"])
    op.create_foreign_key("fk_deal_matches_deal_id", "deal_matches", "deals", ["deal_id"], ["id"], ondelete="CASCADE")
    op.create_foreign_key(
        "fk_deal_matches_matched_deal_id", "deal_matches", "deals", ["matched_deal_id"], ["id"], ondelete="CASCADE"
    )
    op.create_check_constraint("ck_deal_matches_pair", "deal_matches", "deal_id <> matched_deal_id")


def documents() -> None:
    op.execute("CREATE TYPE ai_suggestion_status AS ENUM ('pending', 'accepted', 'rejected')")
    op.drop_constraint("document_questions_document_id_fkey", "document_questions", type_="foreignkey")
    op.drop_constraint("documents_parent_document_id_fkey", "documents", type_="foreignkey")
    op.alter_column("documents", "parent_document_id", type_=sa.String(36))
    op.alter_column("documents", "id", type_=sa.String(36))
    op.create_foreign_key(
        "fk_documents_parent_document_id", "documents", "documents", ["parent_document_id"], ["id"], ondelete="SET NULL"
    )
    op.alter_column("documents", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("documents", "updated_at", type_=sa.DateTime(timezone=True))
    op.alter_column("documents", "tags", type_=postgresql.JSONB())
    op.alter_column("documents", "file_size", type_=sa.BigInteger())
    op.alter_column("documents", "status", type_=sa.String(50))
    op.add_column("documents", sa.Column("ai_summary", sa.Text()))
    op.add_column(
        "documents",
        sa.Column("ai_suggested_tags", postgresql.JSONB(), nullable=False, server_default=sa.text("'[]'::jsonb")),
    )
    op.add_column("documents", sa.Column("ai_processed_at", sa.DateTime(timezone=True)))
    op.add_column("documents", sa.Column("content_hash", sa.String(64), comment="SHA-256 of the file, in hexadecimal"))
    op.alter_column("documents", "version_number", nullable=False)
    op.create_index("ix_documents_tags", "documents", ["tags"], postgresql_using="gin")
    op.create_index(
        "ix_documents_content_hash", "documents", ["content_hash"], postgresql_where=sa.text("content_hash IS NOT NULL")
    )
    op.execute("ALTER TABLE documents ALTER COLUMN ai_summary SET STORAGE EXTERNAL")
    op.execute("ALTER TABLE documents ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY documents_tenant ON documents USING (organization_id = current_setting('app.organization_id', true))"
    )
    op.alter_column("document_folders", "created_at", type_=sa.DateTime(timezone=True))
    op.create_unique_constraint(
        "uq_document_folders_name", "document_folders", ["organization_id", "parent_id", "name"]
    )
    op.create_table(
        "document_ai_suggestions",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("document_id", sa.String(36), sa.ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.String(50), nullable=False),
        sa.Column("suggestion", postgresql.JSONB(), nullable=False),
        sa.Column("confidence", sa.Numeric(5, 4)),
        sa.Column(
            "status",
            postgresql.ENUM(name="ai_suggestion_status", create_type=False),
            server_default="pending",
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        comment="what the suggestion service proposes for a document",
    )
    op.create_index(
        "ix_document_ai_suggestions_pending",
        "document_ai_suggestions",
        ["document_id"],
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_table(
        "document_versions",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("document_id", sa.String(36), sa.ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("file_path", sa.String(500), nullable=False),
        sa.Column("created_by", sa.String(36), sa.ForeignKey("users.id")),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )
    op.create_unique_constraint("uq_document_versions_number", "document_versions", ["document_id", "version_number"])
    op.create_table(
        "document_share_links",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("document_id", sa.String(36), sa.ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )
    op.create_index("ix_document_share_links_token", "document_share_links", ["token"], unique=True)
    op.create_table(
        "document_permissions",
        sa.Column("document_id", sa.String(36), sa.ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("user_id", sa.String(36), sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("permission", sa.String(20), server_default="read", nullable=False),
    )
    op.create_table(
        "document_access_logs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("document_id", sa.String(36), sa.ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
        sa.Column("user_id", sa.String(36), sa.ForeignKey("users.id", ondelete="SET NULL")),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )
    op.create_index(
        "ix_document_access_logs_document", "document_access_logs", ["document_id", sa.text("created_at DESC")]
    )


def document_generation() -> None:
    op.alter_column("document_templates", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("document_templates", "updated_at", type_=sa.DateTime(timezone=True))
    op.alter_column("document_templates", "variables", type_=postgresql.JSONB())
    op.create_index("ix_document_templates_category", "document_templates", ["category"])
    op.create_unique_constraint("uq_document_templates_name", "document_templates", ["organization_id", "name"])
    op.alter_column("generated_documents", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("generated_documents", "updated_at", type_=sa.DateTime(timezone=True))
    op.alter_column("generated_documents", "document_id", type_=sa.String(36))
    op.alter_column("generated_documents", "cost", server_default=None)
    op.alter_column("generated_documents", "cost", type_=sa.Numeric(10, 4))
    op.create_foreign_key(
        "fk_generated_documents_template_id",
        "generated_documents",
        "document_templates",
        ["template_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.create_foreign_key(
        "fk_generated_documents_document_id",
        "generated_documents",
        "documents",
        ["document_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.alter_column("document_questions", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("document_questions", "updated_at", type_=sa.DateTime(timezone=True))
    op.alter_column("document_questions", "document_id", type_=sa.String(36))
    op.alter_column("document_questions", "question", type_=sa.Text())
    op.create_foreign_key(
        "fk_document_questions_document_id",
        "document_questions",
        "documents",
        ["document_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.add_column("document_questions", sa.Column("ai_confidence", sa.Numeric(5, 4)))


def blog() -> None:
    op.alter_column("blog_posts", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("blog_posts", "updated_at", type_=sa.DateTime(timezone=True))
    op.alter_column("blog_posts", "published_at", type_=sa.DateTime(timezone=True))
    op.alter_column("blog_posts", "tags", type_=postgresql.JSONB())
    op.add_column("blog_posts", sa.Column("reading_minutes", sa.SmallInteger()))
    op.drop_index("idx_blog_posts_slug", "blog_posts")
    op.create_index("ix_blog_posts_slug", "blog_posts", ["slug"], unique=True)
    op.create_index("ix_blog_posts_tags", "blog_posts", ["tags"], postgresql_using="gin")
    op.create_foreign_key("fk_blog_posts_author_id", "blog_posts", "users", ["author_id"], ["id"], ondelete="SET NULL")
    op.execute("ALTER TABLE blog_posts ALTER COLUMN body SET STORAGE EXTERNAL")


def community() -> None:
    op.alter_column("community_members", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("community_members", "updated_at", type_=sa.DateTime(timezone=True))
    op.alter_column("community_members", "reputation", server_default=sa.text("0"), nullable=False)
    op.create_unique_constraint("uq_community_members_user_id", "community_members", ["user_id"])
    op.create_foreign_key(
        "fk_community_members_user_id", "community_members", "users", ["user_id"], ["id"], ondelete="CASCADE"
    )
    op.alter_column("community_posts", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("community_posts", "updated_at", type_=sa.DateTime(timezone=True))
    op.alter_column("community_posts", "pinned", server_default=sa.text("false"), nullable=False)
    op.create_foreign_key(
        "fk_community_posts_member_id",
        "community_posts",
        "community_members",
        ["member_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.create_index("ix_community_posts_created", "community_posts", [sa.text("created_at DESC")])
    op.alter_column("community_comments", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("community_comments", "updated_at", type_=sa.DateTime(timezone=True))
    op.alter_column("community_comments", "body", type_=sa.Text())
    op.create_foreign_key(
        "fk_community_comments_post_id",
        "community_comments",
        "community_posts",
        ["post_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.create_foreign_key(
        "fk_community_comments_member_id",
        "community_comments",
        "community_members",
        ["member_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.alter_column("community_reactions", "created_at", type_=sa.DateTime(timezone=True))
    op.create_unique_constraint("uq_community_reactions_kind", "community_reactions", ["post_id", "member_id", "kind"])
    op.create_foreign_key(
        "fk_community_reactions_post_id",
        "community_reactions",
        "community_posts",
        ["post_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.alter_column("community_badges", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("community_badges", "updated_at", type_=sa.DateTime(timezone=True))
    op.alter_column("community_badges", "awarded_at", type_=sa.DateTime(timezone=True))
    op.create_foreign_key(
        "fk_community_badges_member_id",
        "community_badges",
        "community_members",
        ["member_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.create_unique_constraint("uq_community_badges_name", "community_badges", ["member_id", "name"])


def events() -> None:
    op.alter_column("events", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("events", "updated_at", type_=sa.DateTime(timezone=True))
    op.alter_column("events", "starts_at", type_=sa.DateTime(timezone=True))
    op.alter_column("events", "ends_at", type_=sa.DateTime(timezone=True))
    op.drop_index("idx_events_slug", "events")
    op.create_index("ix_events_slug", "events", ["slug"], unique=True)
    op.create_check_constraint("ck_events_capacity", "events", "capacity >= 0")
    op.create_check_constraint("ck_events_times", "events", "starts_at < ends_at")
    op.alter_column("event_sessions", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("event_sessions", "updated_at", type_=sa.DateTime(timezone=True))
    op.alter_column("event_sessions", "starts_at", type_=sa.DateTime(timezone=True))
    op.alter_column("event_sessions", "ends_at", type_=sa.DateTime(timezone=True))
    op.create_foreign_key(
        "fk_event_sessions_event_id", "event_sessions", "events", ["event_id"], ["id"], ondelete="CASCADE"
    )
    op.alter_column("event_speakers", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("event_speakers", "updated_at", type_=sa.DateTime(timezone=True))
    op.alter_column("event_speakers", "bio", type_=sa.Text())
    op.create_foreign_key(
        "fk_event_speakers_event_id", "event_speakers", "events", ["event_id"], ["id"], ondelete="CASCADE"
    )
    op.alter_column("event_tickets", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("event_tickets", "updated_at", type_=sa.DateTime(timezone=True))
    op.alter_column("event_tickets", "price", server_default=None)
    op.alter_column("event_tickets", "price", type_=sa.Numeric(10, 2))
    op.create_check_constraint("ck_event_tickets_quantity", "event_tickets", "quantity >= 0")
    op.create_foreign_key(
        "fk_event_tickets_event_id", "event_tickets", "events", ["event_id"], ["id"], ondelete="CASCADE"
    )
    op.alter_column("event_registrations", "created_at", type_=sa.DateTime(timezone=True))
    op.alter_column("event_registrations", "updated_at", type_=sa.DateTime(timezone=True))
    op.alter_column("event_registrations", "email", type_=sa.String(255))
    op.alter_column("event_registrations", "checked_in", server_default=sa.text("false"), nullable=False)
    op.create_foreign_key(
        "fk_event_registrations_event_id", "event_registrations", "events", ["event_id"], ["id"], ondelete="CASCADE"
    )
    op.create_foreign_key(
        "fk_event_registrations_ticket_id",
        "event_registrations",
        "event_tickets",
        ["ticket_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_unique_constraint("uq_event_registrations_email", "event_registrations", ["event_id", "email"])

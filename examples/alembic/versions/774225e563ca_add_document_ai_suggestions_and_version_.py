"""add document AI suggestions and version history tables

284 operations over the whole schema. Some modules are optional, and production has none of their 34 tables, so
every operation goes through guarded_ddl: one whose table is missing is skipped and says so, and the rest is applied.

Revision ID: 774225e563ca
Revises: b354d12d1e7d
Create Date: 2025-11-14 08:00:00
"""

from alembic import op
from sqlalchemy import ARRAY, Text, bindparam, text

revision = "774225e563ca"
down_revision = "b354d12d1e7d"
branch_labels = None
depends_on = None


def guarded(operation: str, *arguments, **options) -> None:
    """SELECT guarded.<operation>(...): what op.<operation>(...) takes, in the same order and under the same names."""
    values = {f"argument_{number}": value for number, value in enumerate(arguments)} | options
    call = [f":{name}" for name in values if name not in options] + [f'"{name}" => :{name}' for name in options]
    types = {name: ARRAY(Text) for name, value in values.items() if isinstance(value, list)}
    parameters = [bindparam(name, value, types.get(name)) for name, value in values.items()]
    op.execute(text(f"SELECT guarded.{operation}({', '.join(call)})").bindparams(*parameters))


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS guarded_ddl")
    op.execute(f"SET LOCAL guarded.migration = '{revision}'")
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
    # The label deal_stage.due_diligence stays: PostgreSQL cannot take a label out of an enum.
    op.execute(f"SET LOCAL guarded.migration = '{revision} downgrade'")
    undo_events()
    undo_community()
    undo_blog()
    undo_document_generation()
    undo_documents()
    undo_valuation_and_matching()
    undo_pipeline()
    undo_admin()
    undo_deals()
    undo_organizations_and_users()


def organizations_and_users() -> None:
    guarded("alter_column", "organizations", "created_at", type="timestamptz")
    guarded("alter_column", "organizations", "updated_at", type="timestamptz")
    guarded("alter_column", "organizations", "settings", type="jsonb")
    guarded("alter_column", "organizations", "settings", server_default="'{}'::jsonb")
    guarded("alter_column", "organizations", "is_active", nullable=False)
    guarded("add_column", "organizations", "region", "varchar(20)", nullable=False, server_default="'eu'")
    guarded(
        "add_column",
        "organizations",
        "ai_enabled",
        "boolean",
        nullable=False,
        server_default="false",
        comment="whether documents are sent to the suggestion service",
    )
    guarded("drop_index", "idx_organizations_slug", "organizations")
    guarded("create_index", "ix_organizations_slug", "organizations", ["slug"], unique=True)
    guarded("create_table_comment", "organizations", "one customer, the owner of everything else")
    guarded("alter_column", "users", "created_at", type="timestamptz")
    guarded("alter_column", "users", "updated_at", type="timestamptz")
    guarded("alter_column", "users", "last_login_at", type="timestamptz")
    guarded("alter_column", "users", "role", type="varchar(100)")
    guarded("alter_column", "users", "is_active", nullable=False)
    guarded("add_column", "users", "timezone", "varchar(64)", nullable=False, server_default="'UTC'")
    guarded("add_column", "users", "locale", "varchar(10)")
    guarded("rename_index", "idx_users_email", "ix_users_email")
    guarded("create_index", "ix_users_email_lower", "users", ["lower(email)"], unique=True)
    guarded("create_unique_constraint", "uq_users_clerk_user_id", "users", ["clerk_user_id"])
    guarded("alter_column", "subscriptions", "created_at", type="timestamptz")
    guarded("alter_column", "subscriptions", "updated_at", type="timestamptz")
    guarded("alter_column", "subscriptions", "amount", type="numeric(12,2)", nullable=False)
    guarded(
        "create_index",
        "ix_subscriptions_open",
        "subscriptions",
        ["organization_id"],
        postgresql_where="status <> 'canceled'",
    )


def deals() -> None:
    guarded("add_enum_value", "deal_stage", "due_diligence", after="evaluation")
    guarded("alter_column", "deals", "created_at", type="timestamptz")
    guarded("alter_column", "deals", "updated_at", type="timestamptz")
    guarded("alter_column", "deals", "value", type="numeric(18,2)")
    guarded("alter_column", "deals", "expected_close", type="date")
    guarded("alter_column", "deals", "probability", nullable=False)
    guarded("create_check_constraint", "ck_deals_probability", "deals", "probability BETWEEN 0 AND 100")
    guarded("add_column", "deals", "source", "varchar(50)")
    guarded("add_column", "deals", "ai_score", "numeric(5,2)")
    guarded("add_column", "deals", "pipeline_template_id", "varchar(36)")
    guarded("create_index", "ix_deals_stage", "deals", ["stage"])
    guarded("create_index", "ix_deals_organization_created", "deals", ["organization_id", "created_at DESC"])
    guarded("alter_column", "deals", "value", comment="in the currency of the deal")
    guarded("alter_column", "deal_activities", "created_at", type="timestamptz")
    guarded("create_index", "ix_deal_activities_deal_id", "deal_activities", ["deal_id"])
    guarded(
        "create_foreign_key",
        "fk_deal_activities_user_id",
        "deal_activities",
        "users",
        ["user_id"],
        ["id"],
        ondelete="SET NULL",
    )
    guarded("rename_column", "deal_milestones", "due_on", "due_at")
    guarded("alter_column", "deal_milestones", "due_at", type="timestamptz")
    guarded("alter_column", "deal_milestones", "completed", server_default="false")
    guarded("alter_column", "financial_statements", "period_start", type="date")
    guarded("alter_column", "financial_statements", "period_end", type="date")
    guarded("alter_column", "financial_statements", "revenue", type="numeric(18,2)")
    guarded("alter_column", "financial_statements", "ebitda", type="numeric(18,2)")
    guarded(
        "create_unique_constraint",
        "uq_financial_statements_period",
        "financial_statements",
        ["deal_id", "period_start", "period_end"],
    )
    guarded("alter_column", "valuations", "created_at", type="timestamptz")
    guarded("alter_column", "valuations", "updated_at", type="timestamptz")
    guarded("alter_column", "valuations", "low", type="numeric(18,2)")
    guarded("alter_column", "valuations", "high", type="numeric(18,2)")
    guarded("alter_column", "valuations", "assumptions", type="jsonb")
    guarded("create_check_constraint", "ck_valuations_range", "valuations", "low <= high")
    guarded("alter_column", "tasks", "created_at", type="timestamptz")
    guarded("alter_column", "tasks", "updated_at", type="timestamptz")
    guarded("alter_column", "tasks", "due_at", type="timestamptz")
    guarded("add_column", "tasks", "priority", "smallint", nullable=False, server_default="3")
    guarded("create_index", "ix_tasks_open", "tasks", ["assignee_id", "due_at"], postgresql_where="NOT done")
    guarded("create_sequence", "invoice_number", start=1000)
    guarded("alter_column", "invoices", "amount", type="numeric(12,2)")
    guarded("create_unique_constraint", "uq_invoices_number", "invoices", ["organization_id", "number"])
    guarded("alter_column", "notifications", "payload", type="jsonb")
    guarded("create_index", "ix_notifications_unread", "notifications", ["user_id"], postgresql_where="read_at IS NULL")
    guarded("alter_column", "audit_logs", "payload", type="jsonb")
    guarded("alter_column", "audit_logs", "created_at", type="timestamptz")
    guarded("create_index", "ix_audit_logs_created_at", "audit_logs", ["created_at"], postgresql_using="brin")


def admin() -> None:
    guarded("alter_column", "admin_activities", "amount", drop_default=True)
    guarded("alter_column", "admin_activities", "created_at", type="timestamptz")
    guarded("alter_column", "admin_activities", "updated_at", type="timestamptz")
    guarded("create_index", "ix_admin_activities_id", "admin_activities", ["id"])
    guarded("drop_index", "idx_admin_activities_deal", "admin_activities")
    guarded(
        "create_foreign_key",
        "fk_admin_activities_deal_id",
        "admin_activities",
        "deals",
        ["deal_id"],
        ["id"],
        ondelete="CASCADE",
    )
    guarded("alter_column", "admin_campaigns", "created_at", type="timestamptz")
    guarded("alter_column", "admin_campaigns", "updated_at", type="timestamptz")
    guarded("alter_column", "admin_campaigns", "budget", type="numeric(12,2)")
    guarded("alter_column", "admin_campaigns", "status", server_default="'planned'")
    guarded("create_index", "ix_admin_campaigns_organization_id", "admin_campaigns", ["organization_id"])
    guarded("alter_column", "admin_campaign_recipients", "created_at", type="timestamptz")
    guarded("alter_column", "admin_campaign_recipients", "updated_at", type="timestamptz")
    guarded("alter_column", "admin_campaign_recipients", "email", type="varchar(255)")
    guarded("alter_column", "admin_campaign_recipients", "opened", server_default="false", nullable=False)
    guarded(
        "create_foreign_key",
        "fk_admin_campaign_recipients_campaign_id",
        "admin_campaign_recipients",
        "admin_campaigns",
        ["campaign_id"],
        ["id"],
        ondelete="CASCADE",
    )
    guarded(
        "create_unique_constraint",
        "uq_admin_campaign_recipients_email",
        "admin_campaign_recipients",
        ["campaign_id", "email"],
    )
    guarded("alter_column", "admin_collateral", "created_at", type="timestamptz")
    guarded("alter_column", "admin_collateral", "updated_at", type="timestamptz")
    guarded("alter_column", "admin_collateral", "file_size", type="bigint")
    guarded("create_index", "ix_admin_collateral_kind", "admin_collateral", ["kind"])
    guarded("alter_column", "admin_collateral_usage", "created_at", type="timestamptz")
    guarded("alter_column", "admin_collateral_usage", "updated_at", type="timestamptz")
    guarded(
        "create_foreign_key",
        "fk_admin_collateral_usage_collateral_id",
        "admin_collateral_usage",
        "admin_collateral",
        ["collateral_id"],
        ["id"],
        ondelete="CASCADE",
    )
    guarded("create_index", "ix_admin_collateral_usage_prospect_id", "admin_collateral_usage", ["prospect_id"])
    guarded("alter_column", "admin_content_scripts", "created_at", type="timestamptz")
    guarded("alter_column", "admin_content_scripts", "updated_at", type="timestamptz")
    guarded("add_column", "admin_content_scripts", "ai_generated", "boolean", nullable=False, server_default="false")
    guarded("alter_column", "admin_content_scripts", "duration_seconds", comment="spoken length")
    guarded("alter_column", "admin_content_pieces", "created_at", type="timestamptz")
    guarded("alter_column", "admin_content_pieces", "updated_at", type="timestamptz")
    guarded(
        "create_foreign_key",
        "fk_admin_content_pieces_script_id",
        "admin_content_pieces",
        "admin_content_scripts",
        ["script_id"],
        ["id"],
        ondelete="SET NULL",
    )
    guarded("create_index", "ix_admin_content_pieces_status", "admin_content_pieces", ["status"])
    guarded("alter_column", "admin_deals", "amount", drop_default=True)
    guarded("alter_column", "admin_deals", "amount", type="numeric(18,2)")
    guarded("alter_column", "admin_deals", "created_at", type="timestamptz")
    guarded("alter_column", "admin_deals", "updated_at", type="timestamptz")
    guarded("drop_index", "idx_admin_deals_stage", "admin_deals")
    guarded("create_index", "ix_admin_deals_organization_stage", "admin_deals", ["organization_id", "stage"])
    guarded("create_check_constraint", "ck_admin_deals_probability", "admin_deals", "probability BETWEEN 0 AND 100")
    guarded("alter_column", "admin_focus_sessions", "created_at", type="timestamptz")
    guarded("alter_column", "admin_focus_sessions", "updated_at", type="timestamptz")
    guarded("alter_column", "admin_focus_sessions", "started_at", type="timestamptz")
    guarded(
        "create_foreign_key",
        "fk_admin_focus_sessions_user_id",
        "admin_focus_sessions",
        "users",
        ["user_id"],
        ["id"],
        ondelete="CASCADE",
    )
    guarded("alter_column", "admin_goals", "created_at", type="timestamptz")
    guarded("alter_column", "admin_goals", "updated_at", type="timestamptz")
    guarded("alter_column", "admin_goals", "target", type="numeric(12,2)")
    guarded("alter_column", "admin_goals", "progress", type="numeric(12,2)")
    guarded("create_unique_constraint", "uq_admin_goals_name", "admin_goals", ["organization_id", "name"])
    guarded("alter_column", "admin_lead_captures", "created_at", type="timestamptz")
    guarded("alter_column", "admin_lead_captures", "updated_at", type="timestamptz")
    guarded("alter_column", "admin_lead_captures", "payload", type="jsonb")
    guarded("create_index", "ix_admin_lead_captures_email", "admin_lead_captures", ["lower(email)"])
    guarded("alter_column", "admin_meetings", "created_at", type="timestamptz")
    guarded("alter_column", "admin_meetings", "updated_at", type="timestamptz")
    guarded("alter_column", "admin_meetings", "starts_at", type="timestamptz")
    guarded("alter_column", "admin_meetings", "notes", type="text")
    guarded("drop_index", "idx_admin_meetings_deal", "admin_meetings")
    guarded(
        "create_foreign_key",
        "fk_admin_meetings_deal_id",
        "admin_meetings",
        "deals",
        ["deal_id"],
        ["id"],
        ondelete="SET NULL",
    )
    guarded("alter_column", "admin_nudges", "created_at", type="timestamptz")
    guarded("alter_column", "admin_nudges", "updated_at", type="timestamptz")
    guarded("alter_column", "admin_nudges", "sent", server_default="false", nullable=False)
    guarded(
        "create_foreign_key",
        "fk_admin_nudges_user_id",
        "admin_nudges",
        "users",
        ["user_id"],
        ["id"],
        ondelete="CASCADE",
    )
    guarded("alter_column", "admin_prospects", "created_at", type="timestamptz")
    guarded("alter_column", "admin_prospects", "updated_at", type="timestamptz")
    guarded("alter_column", "admin_prospects", "email", type="varchar(255)")
    guarded("alter_column", "admin_prospects", "value", drop_default=True)
    guarded("create_index", "ix_admin_prospects_organization_id", "admin_prospects", ["organization_id"])
    guarded("alter_column", "admin_scores", "created_at", type="timestamptz")
    guarded("alter_column", "admin_scores", "updated_at", type="timestamptz")
    guarded("alter_column", "admin_scores", "week", type="date")
    guarded("create_unique_constraint", "uq_admin_scores_week", "admin_scores", ["user_id", "week"])
    guarded("alter_column", "rbac_audit_logs", "created_at", type="timestamptz")
    guarded("alter_column", "rbac_audit_logs", "details", type="jsonb")
    guarded("create_index", "ix_rbac_audit_logs_action", "rbac_audit_logs", ["action", "created_at"])
    guarded("enable_row_level_security", "rbac_audit_logs")
    guarded(
        "create_policy",
        "rbac_audit_logs_tenant",
        "rbac_audit_logs",
        using_expression="organization_id = current_setting('app.organization_id', true)",
    )


def pipeline() -> None:
    guarded("alter_column", "pipeline_templates", "created_at", type="timestamptz")
    guarded("alter_column", "pipeline_templates", "updated_at", type="timestamptz")
    guarded("alter_column", "pipeline_templates", "is_default", server_default="false", nullable=False)
    guarded("create_unique_constraint", "uq_pipeline_templates_name", "pipeline_templates", ["organization_id", "name"])
    guarded("create_table_comment", "pipeline_templates", "the stages a deal goes through, by organization")
    guarded("alter_column", "pipeline_template_stages", "created_at", type="timestamptz")
    guarded("alter_column", "pipeline_template_stages", "updated_at", type="timestamptz")
    guarded("alter_column", "pipeline_template_stages", "position", drop_default=True)
    guarded("alter_column", "pipeline_template_stages", "probability", type="numeric(5,2)")
    guarded(
        "create_unique_constraint",
        "uq_pipeline_template_stages_position",
        "pipeline_template_stages",
        ["template_id", "position"],
    )
    guarded(
        "create_foreign_key",
        "fk_deals_pipeline_template_id",
        "deals",
        "pipeline_templates",
        ["pipeline_template_id"],
        ["id"],
        ondelete="SET NULL",
    )


def valuation_and_matching() -> None:
    guarded("alter_column", "valuation_export_logs", "created_at", type="timestamptz")
    guarded("alter_column", "valuation_export_logs", "updated_at", type="timestamptz")
    guarded("alter_column", "valuation_export_logs", "file_size", type="bigint")
    guarded("create_index", "ix_valuation_export_logs_valuation_id", "valuation_export_logs", ["valuation_id"])
    guarded(
        "create_foreign_key",
        "fk_valuation_export_logs_valuation_id",
        "valuation_export_logs",
        "valuations",
        ["valuation_id"],
        ["id"],
        ondelete="CASCADE",
    )
    guarded("enable_row_level_security", "valuation_export_logs")
    guarded(
        "create_policy",
        "valuation_export_logs_tenant",
        "valuation_export_logs",
        using_expression="organization_id = current_setting('app.organization_id', true)",
    )
    guarded("alter_column", "deal_matches", "created_at", type="timestamptz")
    guarded("alter_column", "deal_matches", "updated_at", type="timestamptz")
    guarded("alter_column", "deal_matches", "score", type="numeric(5,2)")
    guarded("alter_column", "deal_matches", "factors", type="jsonb")
    guarded("drop_index", "idx_deal_matches_deal", "deal_matches")
    guarded("create_unique_constraint", "uq_deal_matches_pair", "deal_matches", ["deal_id", "matched_deal_id"])
    guarded(
        "create_foreign_key",
        "fk_deal_matches_deal_id",
        "deal_matches",
        "deals",
        ["deal_id"],
        ["id"],
        ondelete="CASCADE",
    )
    guarded(
        "create_foreign_key",
        "fk_deal_matches_matched_deal_id",
        "deal_matches",
        "deals",
        ["matched_deal_id"],
        ["id"],
        ondelete="CASCADE",
    )
    guarded("create_check_constraint", "ck_deal_matches_pair", "deal_matches", "deal_id <> matched_deal_id")


def documents() -> None:
    guarded("create_enum", "ai_suggestion_status", ["pending", "accepted", "rejected"])
    guarded("drop_constraint", "document_questions_document_id_fkey", "document_questions", type_="foreignkey")
    guarded("drop_constraint", "documents_parent_document_id_fkey", "documents", type_="foreignkey")
    guarded("alter_column", "documents", "parent_document_id", type="varchar(36)")
    guarded("alter_column", "documents", "id", type="varchar(36)")
    guarded(
        "create_foreign_key",
        "fk_documents_parent_document_id",
        "documents",
        "documents",
        ["parent_document_id"],
        ["id"],
        ondelete="SET NULL",
    )
    guarded("alter_column", "documents", "created_at", type="timestamptz")
    guarded("alter_column", "documents", "updated_at", type="timestamptz")
    guarded("alter_column", "documents", "tags", type="jsonb")
    guarded("alter_column", "documents", "file_size", type="bigint")
    guarded("alter_column", "documents", "status", type="varchar(50)")
    guarded("add_column", "documents", "ai_summary", "text")
    guarded("add_column", "documents", "ai_suggested_tags", "jsonb", nullable=False, server_default="'[]'::jsonb")
    guarded("add_column", "documents", "ai_processed_at", "timestamptz")
    guarded("add_column", "documents", "content_hash", "varchar(64)", comment="SHA-256 of the file, in hexadecimal")
    guarded("alter_column", "documents", "version_number", nullable=False)
    guarded("create_index", "ix_documents_tags", "documents", ["tags"], postgresql_using="gin")
    guarded(
        "create_index",
        "ix_documents_content_hash",
        "documents",
        ["content_hash"],
        postgresql_where="content_hash IS NOT NULL",
    )
    guarded("run", "ALTER TABLE documents ALTER COLUMN ai_summary SET STORAGE EXTERNAL")
    guarded("enable_row_level_security", "documents")
    guarded(
        "create_policy",
        "documents_tenant",
        "documents",
        using_expression="organization_id = current_setting('app.organization_id', true)",
    )
    guarded("alter_column", "document_folders", "created_at", type="timestamptz")
    guarded(
        "create_unique_constraint",
        "uq_document_folders_name",
        "document_folders",
        ["organization_id", "parent_id", "name"],
    )
    guarded(
        "create_table",
        "document_ai_suggestions",
        [
            "id varchar(36) PRIMARY KEY",
            "document_id varchar(36) NOT NULL REFERENCES documents (id) ON DELETE CASCADE",
            "kind varchar(50) NOT NULL",
            "suggestion jsonb NOT NULL",
            "confidence numeric(5,4)",
            "status ai_suggestion_status NOT NULL DEFAULT 'pending'",
            "created_at timestamptz NOT NULL DEFAULT now()",
        ],
        comment="what the suggestion service proposes for a document",
    )
    guarded(
        "create_index",
        "ix_document_ai_suggestions_pending",
        "document_ai_suggestions",
        ["document_id"],
        postgresql_where="status = 'pending'",
    )
    guarded(
        "create_table",
        "document_versions",
        [
            "id varchar(36) PRIMARY KEY",
            "document_id varchar(36) NOT NULL REFERENCES documents (id) ON DELETE CASCADE",
            "version_number integer NOT NULL",
            "file_path varchar(500) NOT NULL",
            "created_by varchar(36) REFERENCES users (id)",
            "created_at timestamptz NOT NULL DEFAULT now()",
        ],
    )
    guarded(
        "create_unique_constraint",
        "uq_document_versions_number",
        "document_versions",
        ["document_id", "version_number"],
    )
    guarded(
        "create_table",
        "document_share_links",
        [
            "id varchar(36) PRIMARY KEY",
            "document_id varchar(36) NOT NULL REFERENCES documents (id) ON DELETE CASCADE",
            "token varchar(64) NOT NULL",
            "expires_at timestamptz",
            "created_at timestamptz NOT NULL DEFAULT now()",
        ],
    )
    guarded("create_index", "ix_document_share_links_token", "document_share_links", ["token"], unique=True)
    guarded(
        "create_table",
        "document_permissions",
        [
            "document_id varchar(36) NOT NULL REFERENCES documents (id) ON DELETE CASCADE",
            "user_id varchar(36) NOT NULL REFERENCES users (id) ON DELETE CASCADE",
            "permission varchar(20) NOT NULL DEFAULT 'read'",
            "PRIMARY KEY (document_id, user_id)",
        ],
    )
    guarded(
        "create_table",
        "document_access_logs",
        [
            "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
            "document_id varchar(36) NOT NULL REFERENCES documents (id) ON DELETE CASCADE",
            "user_id varchar(36) REFERENCES users (id) ON DELETE SET NULL",
            "action varchar(20) NOT NULL",
            "created_at timestamptz NOT NULL DEFAULT now()",
        ],
    )
    guarded(
        "create_index", "ix_document_access_logs_document", "document_access_logs", ["document_id", "created_at DESC"]
    )


def document_generation() -> None:
    guarded("alter_column", "document_templates", "created_at", type="timestamptz")
    guarded("alter_column", "document_templates", "updated_at", type="timestamptz")
    guarded("alter_column", "document_templates", "variables", type="jsonb")
    guarded("create_index", "ix_document_templates_category", "document_templates", ["category"])
    guarded("create_unique_constraint", "uq_document_templates_name", "document_templates", ["organization_id", "name"])
    guarded("alter_column", "generated_documents", "created_at", type="timestamptz")
    guarded("alter_column", "generated_documents", "updated_at", type="timestamptz")
    guarded("alter_column", "generated_documents", "document_id", type="varchar(36)")
    guarded("alter_column", "generated_documents", "cost", drop_default=True)
    guarded("alter_column", "generated_documents", "cost", type="numeric(10,4)")
    guarded(
        "create_foreign_key",
        "fk_generated_documents_template_id",
        "generated_documents",
        "document_templates",
        ["template_id"],
        ["id"],
        ondelete="CASCADE",
    )
    guarded(
        "create_foreign_key",
        "fk_generated_documents_document_id",
        "generated_documents",
        "documents",
        ["document_id"],
        ["id"],
        ondelete="SET NULL",
    )
    guarded("alter_column", "document_questions", "created_at", type="timestamptz")
    guarded("alter_column", "document_questions", "updated_at", type="timestamptz")
    guarded("alter_column", "document_questions", "document_id", type="varchar(36)")
    guarded("alter_column", "document_questions", "question", type="text")
    guarded(
        "create_foreign_key",
        "fk_document_questions_document_id",
        "document_questions",
        "documents",
        ["document_id"],
        ["id"],
        ondelete="CASCADE",
    )
    guarded("add_column", "document_questions", "ai_confidence", "numeric(5,4)")


def blog() -> None:
    guarded("alter_column", "blog_posts", "created_at", type="timestamptz")
    guarded("alter_column", "blog_posts", "updated_at", type="timestamptz")
    guarded("alter_column", "blog_posts", "published_at", type="timestamptz")
    guarded("alter_column", "blog_posts", "tags", type="jsonb")
    guarded("add_column", "blog_posts", "reading_minutes", "smallint")
    guarded("drop_index", "idx_blog_posts_slug", "blog_posts")
    guarded("create_index", "ix_blog_posts_slug", "blog_posts", ["slug"], unique=True)
    guarded("create_index", "ix_blog_posts_tags", "blog_posts", ["tags"], postgresql_using="gin")
    guarded(
        "create_foreign_key",
        "fk_blog_posts_author_id",
        "blog_posts",
        "users",
        ["author_id"],
        ["id"],
        ondelete="SET NULL",
    )
    guarded("run", "ALTER TABLE blog_posts ALTER COLUMN body SET STORAGE EXTERNAL")


def community() -> None:
    guarded("alter_column", "community_members", "created_at", type="timestamptz")
    guarded("alter_column", "community_members", "updated_at", type="timestamptz")
    guarded("alter_column", "community_members", "reputation", server_default="0", nullable=False)
    guarded("create_unique_constraint", "uq_community_members_user_id", "community_members", ["user_id"])
    guarded(
        "create_foreign_key",
        "fk_community_members_user_id",
        "community_members",
        "users",
        ["user_id"],
        ["id"],
        ondelete="CASCADE",
    )
    guarded("alter_column", "community_posts", "created_at", type="timestamptz")
    guarded("alter_column", "community_posts", "updated_at", type="timestamptz")
    guarded("alter_column", "community_posts", "pinned", server_default="false", nullable=False)
    guarded(
        "create_foreign_key",
        "fk_community_posts_member_id",
        "community_posts",
        "community_members",
        ["member_id"],
        ["id"],
        ondelete="CASCADE",
    )
    guarded("create_index", "ix_community_posts_created", "community_posts", ["created_at DESC"])
    guarded("alter_column", "community_comments", "created_at", type="timestamptz")
    guarded("alter_column", "community_comments", "updated_at", type="timestamptz")
    guarded("alter_column", "community_comments", "body", type="text")
    guarded(
        "create_foreign_key",
        "fk_community_comments_post_id",
        "community_comments",
        "community_posts",
        ["post_id"],
        ["id"],
        ondelete="CASCADE",
    )
    guarded(
        "create_foreign_key",
        "fk_community_comments_member_id",
        "community_comments",
        "community_members",
        ["member_id"],
        ["id"],
        ondelete="CASCADE",
    )
    guarded("alter_column", "community_reactions", "created_at", type="timestamptz")
    guarded(
        "create_unique_constraint",
        "uq_community_reactions_kind",
        "community_reactions",
        ["post_id", "member_id", "kind"],
    )
    guarded(
        "create_foreign_key",
        "fk_community_reactions_post_id",
        "community_reactions",
        "community_posts",
        ["post_id"],
        ["id"],
        ondelete="CASCADE",
    )
    guarded("alter_column", "community_badges", "created_at", type="timestamptz")
    guarded("alter_column", "community_badges", "updated_at", type="timestamptz")
    guarded("alter_column", "community_badges", "awarded_at", type="timestamptz")
    guarded(
        "create_foreign_key",
        "fk_community_badges_member_id",
        "community_badges",
        "community_members",
        ["member_id"],
        ["id"],
        ondelete="CASCADE",
    )
    guarded("create_unique_constraint", "uq_community_badges_name", "community_badges", ["member_id", "name"])


def events() -> None:
    guarded("alter_column", "events", "created_at", type="timestamptz")
    guarded("alter_column", "events", "updated_at", type="timestamptz")
    guarded("alter_column", "events", "starts_at", type="timestamptz")
    guarded("alter_column", "events", "ends_at", type="timestamptz")
    guarded("drop_index", "idx_events_slug", "events")
    guarded("create_index", "ix_events_slug", "events", ["slug"], unique=True)
    guarded("create_check_constraint", "ck_events_capacity", "events", "capacity >= 0")
    guarded("create_check_constraint", "ck_events_times", "events", "starts_at < ends_at")
    guarded("alter_column", "event_sessions", "created_at", type="timestamptz")
    guarded("alter_column", "event_sessions", "updated_at", type="timestamptz")
    guarded("alter_column", "event_sessions", "starts_at", type="timestamptz")
    guarded("alter_column", "event_sessions", "ends_at", type="timestamptz")
    guarded(
        "create_foreign_key",
        "fk_event_sessions_event_id",
        "event_sessions",
        "events",
        ["event_id"],
        ["id"],
        ondelete="CASCADE",
    )
    guarded("alter_column", "event_speakers", "created_at", type="timestamptz")
    guarded("alter_column", "event_speakers", "updated_at", type="timestamptz")
    guarded("alter_column", "event_speakers", "bio", type="text")
    guarded(
        "create_foreign_key",
        "fk_event_speakers_event_id",
        "event_speakers",
        "events",
        ["event_id"],
        ["id"],
        ondelete="CASCADE",
    )
    guarded("alter_column", "event_tickets", "created_at", type="timestamptz")
    guarded("alter_column", "event_tickets", "updated_at", type="timestamptz")
    guarded("alter_column", "event_tickets", "price", drop_default=True)
    guarded("alter_column", "event_tickets", "price", type="numeric(10,2)")
    guarded("create_check_constraint", "ck_event_tickets_quantity", "event_tickets", "quantity >= 0")
    guarded(
        "create_foreign_key",
        "fk_event_tickets_event_id",
        "event_tickets",
        "events",
        ["event_id"],
        ["id"],
        ondelete="CASCADE",
    )
    guarded("alter_column", "event_registrations", "created_at", type="timestamptz")
    guarded("alter_column", "event_registrations", "updated_at", type="timestamptz")
    guarded("alter_column", "event_registrations", "email", type="varchar(255)")
    guarded("alter_column", "event_registrations", "checked_in", server_default="false", nullable=False)
    guarded(
        "create_foreign_key",
        "fk_event_registrations_event_id",
        "event_registrations",
        "events",
        ["event_id"],
        ["id"],
        ondelete="CASCADE",
    )
    guarded(
        "create_foreign_key",
        "fk_event_registrations_ticket_id",
        "event_registrations",
        "event_tickets",
        ["ticket_id"],
        ["id"],
        ondelete="SET NULL",
    )
    guarded("create_unique_constraint", "uq_event_registrations_email", "event_registrations", ["event_id", "email"])


def undo_events() -> None:
    guarded("drop_constraint", "uq_event_registrations_email", "event_registrations", type_="unique")
    guarded("drop_constraint", "fk_event_registrations_ticket_id", "event_registrations", type_="foreignkey")
    guarded("drop_constraint", "fk_event_registrations_event_id", "event_registrations", type_="foreignkey")
    guarded("alter_column", "event_registrations", "checked_in", drop_default=True, nullable=True)
    guarded("alter_column", "event_registrations", "email", type="varchar(100)")
    guarded("alter_column", "event_registrations", "updated_at", type="timestamp")
    guarded("alter_column", "event_registrations", "created_at", type="timestamp")
    guarded("drop_constraint", "fk_event_tickets_event_id", "event_tickets", type_="foreignkey")
    guarded("drop_constraint", "ck_event_tickets_quantity", "event_tickets", type_="check")
    guarded("alter_column", "event_tickets", "price", type="double precision")
    guarded("alter_column", "event_tickets", "price", server_default="0")
    guarded("alter_column", "event_tickets", "updated_at", type="timestamp")
    guarded("alter_column", "event_tickets", "created_at", type="timestamp")
    guarded("drop_constraint", "fk_event_speakers_event_id", "event_speakers", type_="foreignkey")
    guarded("alter_column", "event_speakers", "bio", type="varchar(1000)")
    guarded("alter_column", "event_speakers", "updated_at", type="timestamp")
    guarded("alter_column", "event_speakers", "created_at", type="timestamp")
    guarded("drop_constraint", "fk_event_sessions_event_id", "event_sessions", type_="foreignkey")
    guarded("alter_column", "event_sessions", "ends_at", type="timestamp")
    guarded("alter_column", "event_sessions", "starts_at", type="timestamp")
    guarded("alter_column", "event_sessions", "updated_at", type="timestamp")
    guarded("alter_column", "event_sessions", "created_at", type="timestamp")
    guarded("drop_constraint", "ck_events_times", "events", type_="check")
    guarded("drop_constraint", "ck_events_capacity", "events", type_="check")
    guarded("drop_index", "ix_events_slug", "events")
    guarded("create_index", "idx_events_slug", "events", ["slug"])
    guarded("alter_column", "events", "ends_at", type="timestamp")
    guarded("alter_column", "events", "starts_at", type="timestamp")
    guarded("alter_column", "events", "updated_at", type="timestamp")
    guarded("alter_column", "events", "created_at", type="timestamp")


def undo_community() -> None:
    guarded("drop_constraint", "uq_community_badges_name", "community_badges", type_="unique")
    guarded("drop_constraint", "fk_community_badges_member_id", "community_badges", type_="foreignkey")
    guarded("alter_column", "community_badges", "awarded_at", type="timestamp")
    guarded("alter_column", "community_badges", "updated_at", type="timestamp")
    guarded("alter_column", "community_badges", "created_at", type="timestamp")
    guarded("drop_constraint", "fk_community_reactions_post_id", "community_reactions", type_="foreignkey")
    guarded("drop_constraint", "uq_community_reactions_kind", "community_reactions", type_="unique")
    guarded("alter_column", "community_reactions", "created_at", type="timestamp")
    guarded("drop_constraint", "fk_community_comments_member_id", "community_comments", type_="foreignkey")
    guarded("drop_constraint", "fk_community_comments_post_id", "community_comments", type_="foreignkey")
    guarded("alter_column", "community_comments", "body", type="varchar(2000)")
    guarded("alter_column", "community_comments", "updated_at", type="timestamp")
    guarded("alter_column", "community_comments", "created_at", type="timestamp")
    guarded("drop_index", "ix_community_posts_created", "community_posts")
    guarded("drop_constraint", "fk_community_posts_member_id", "community_posts", type_="foreignkey")
    guarded("alter_column", "community_posts", "pinned", drop_default=True, nullable=True)
    guarded("alter_column", "community_posts", "updated_at", type="timestamp")
    guarded("alter_column", "community_posts", "created_at", type="timestamp")
    guarded("drop_constraint", "fk_community_members_user_id", "community_members", type_="foreignkey")
    guarded("drop_constraint", "uq_community_members_user_id", "community_members", type_="unique")
    guarded("alter_column", "community_members", "reputation", drop_default=True, nullable=True)
    guarded("alter_column", "community_members", "updated_at", type="timestamp")
    guarded("alter_column", "community_members", "created_at", type="timestamp")


def undo_blog() -> None:
    guarded("run", "ALTER TABLE blog_posts ALTER COLUMN body SET STORAGE EXTENDED")
    guarded("drop_constraint", "fk_blog_posts_author_id", "blog_posts", type_="foreignkey")
    guarded("drop_index", "ix_blog_posts_tags", "blog_posts")
    guarded("drop_index", "ix_blog_posts_slug", "blog_posts")
    guarded("create_index", "idx_blog_posts_slug", "blog_posts", ["slug"])
    guarded("drop_column", "blog_posts", "reading_minutes")
    guarded("alter_column", "blog_posts", "tags", type="json")
    guarded("alter_column", "blog_posts", "published_at", type="timestamp")
    guarded("alter_column", "blog_posts", "updated_at", type="timestamp")
    guarded("alter_column", "blog_posts", "created_at", type="timestamp")


def undo_document_generation() -> None:
    guarded("drop_column", "document_questions", "ai_confidence")
    guarded("drop_constraint", "fk_document_questions_document_id", "document_questions", type_="foreignkey")
    guarded("alter_column", "document_questions", "question", type="varchar(500)")
    guarded("alter_column", "document_questions", "document_id", type="uuid", postgresql_using="document_id::uuid")
    guarded("alter_column", "document_questions", "updated_at", type="timestamp")
    guarded("alter_column", "document_questions", "created_at", type="timestamp")
    guarded("drop_constraint", "fk_generated_documents_document_id", "generated_documents", type_="foreignkey")
    guarded("drop_constraint", "fk_generated_documents_template_id", "generated_documents", type_="foreignkey")
    guarded("alter_column", "generated_documents", "cost", type="double precision")
    guarded("alter_column", "generated_documents", "cost", server_default="0")
    guarded("alter_column", "generated_documents", "document_id", type="uuid", postgresql_using="document_id::uuid")
    guarded("alter_column", "generated_documents", "updated_at", type="timestamp")
    guarded("alter_column", "generated_documents", "created_at", type="timestamp")
    guarded("drop_constraint", "uq_document_templates_name", "document_templates", type_="unique")
    guarded("drop_index", "ix_document_templates_category", "document_templates")
    guarded("alter_column", "document_templates", "variables", type="json")
    guarded("alter_column", "document_templates", "updated_at", type="timestamp")
    guarded("alter_column", "document_templates", "created_at", type="timestamp")


def undo_documents() -> None:
    guarded("drop_index", "ix_document_access_logs_document", "document_access_logs")
    guarded("drop_table", "document_access_logs")
    guarded("drop_table", "document_permissions")
    guarded("drop_index", "ix_document_share_links_token", "document_share_links")
    guarded("drop_table", "document_share_links")
    guarded("drop_constraint", "uq_document_versions_number", "document_versions", type_="unique")
    guarded("drop_table", "document_versions")
    guarded("drop_index", "ix_document_ai_suggestions_pending", "document_ai_suggestions")
    guarded("drop_table", "document_ai_suggestions")
    guarded("drop_constraint", "uq_document_folders_name", "document_folders", type_="unique")
    guarded("alter_column", "document_folders", "created_at", type="timestamp")
    guarded("drop_policy", "documents_tenant", "documents")
    guarded("disable_row_level_security", "documents")
    guarded("drop_index", "ix_documents_content_hash", "documents")
    guarded("drop_index", "ix_documents_tags", "documents")
    guarded("alter_column", "documents", "version_number", nullable=True)
    guarded("drop_column", "documents", "content_hash")
    guarded("drop_column", "documents", "ai_processed_at")
    guarded("drop_column", "documents", "ai_suggested_tags")
    guarded("drop_column", "documents", "ai_summary")
    guarded("alter_column", "documents", "status", type="varchar(20)")
    guarded("alter_column", "documents", "file_size", type="integer")
    guarded("alter_column", "documents", "tags", type="json")
    guarded("alter_column", "documents", "updated_at", type="timestamp")
    guarded("alter_column", "documents", "created_at", type="timestamp")
    guarded("drop_constraint", "fk_documents_parent_document_id", "documents", type_="foreignkey")
    guarded("alter_column", "documents", "id", type="uuid", postgresql_using="id::uuid")
    guarded("alter_column", "documents", "parent_document_id", type="uuid", postgresql_using="parent_document_id::uuid")
    guarded(
        "create_foreign_key",
        "documents_parent_document_id_fkey",
        "documents",
        "documents",
        ["parent_document_id"],
        ["id"],
    )
    guarded(
        "create_foreign_key",
        "document_questions_document_id_fkey",
        "document_questions",
        "documents",
        ["document_id"],
        ["id"],
        ondelete="CASCADE",
    )
    guarded("drop_type", "ai_suggestion_status")


def undo_valuation_and_matching() -> None:
    guarded("drop_constraint", "ck_deal_matches_pair", "deal_matches", type_="check")
    guarded("drop_constraint", "fk_deal_matches_matched_deal_id", "deal_matches", type_="foreignkey")
    guarded("drop_constraint", "fk_deal_matches_deal_id", "deal_matches", type_="foreignkey")
    guarded("drop_constraint", "uq_deal_matches_pair", "deal_matches", type_="unique")
    guarded("create_index", "idx_deal_matches_deal", "deal_matches", ["deal_id"])
    guarded("alter_column", "deal_matches", "factors", type="json")
    guarded("alter_column", "deal_matches", "score", type="double precision")
    guarded("alter_column", "deal_matches", "updated_at", type="timestamp")
    guarded("alter_column", "deal_matches", "created_at", type="timestamp")
    guarded("drop_policy", "valuation_export_logs_tenant", "valuation_export_logs")
    guarded("disable_row_level_security", "valuation_export_logs")
    guarded("drop_constraint", "fk_valuation_export_logs_valuation_id", "valuation_export_logs", type_="foreignkey")
    guarded("drop_index", "ix_valuation_export_logs_valuation_id", "valuation_export_logs")
    guarded("alter_column", "valuation_export_logs", "file_size", type="integer")
    guarded("alter_column", "valuation_export_logs", "updated_at", type="timestamp")
    guarded("alter_column", "valuation_export_logs", "created_at", type="timestamp")


def undo_pipeline() -> None:
    guarded("drop_constraint", "fk_deals_pipeline_template_id", "deals", type_="foreignkey")
    guarded("drop_constraint", "uq_pipeline_template_stages_position", "pipeline_template_stages", type_="unique")
    guarded("alter_column", "pipeline_template_stages", "probability", type="double precision")
    guarded("alter_column", "pipeline_template_stages", "position", server_default="0")
    guarded("alter_column", "pipeline_template_stages", "updated_at", type="timestamp")
    guarded("alter_column", "pipeline_template_stages", "created_at", type="timestamp")
    guarded("drop_table_comment", "pipeline_templates")
    guarded("drop_constraint", "uq_pipeline_templates_name", "pipeline_templates", type_="unique")
    guarded("alter_column", "pipeline_templates", "is_default", drop_default=True, nullable=True)
    guarded("alter_column", "pipeline_templates", "updated_at", type="timestamp")
    guarded("alter_column", "pipeline_templates", "created_at", type="timestamp")


def undo_admin() -> None:
    guarded("drop_policy", "rbac_audit_logs_tenant", "rbac_audit_logs")
    guarded("disable_row_level_security", "rbac_audit_logs")
    guarded("drop_index", "ix_rbac_audit_logs_action", "rbac_audit_logs")
    guarded("alter_column", "rbac_audit_logs", "details", type="json")
    guarded("alter_column", "rbac_audit_logs", "created_at", type="timestamp")
    guarded("drop_constraint", "uq_admin_scores_week", "admin_scores", type_="unique")
    guarded("alter_column", "admin_scores", "week", type="timestamp")
    guarded("alter_column", "admin_scores", "updated_at", type="timestamp")
    guarded("alter_column", "admin_scores", "created_at", type="timestamp")
    guarded("drop_index", "ix_admin_prospects_organization_id", "admin_prospects")
    guarded("alter_column", "admin_prospects", "value", server_default="0")
    guarded("alter_column", "admin_prospects", "email", type="varchar(100)")
    guarded("alter_column", "admin_prospects", "updated_at", type="timestamp")
    guarded("alter_column", "admin_prospects", "created_at", type="timestamp")
    guarded("drop_constraint", "fk_admin_nudges_user_id", "admin_nudges", type_="foreignkey")
    guarded("alter_column", "admin_nudges", "sent", drop_default=True, nullable=True)
    guarded("alter_column", "admin_nudges", "updated_at", type="timestamp")
    guarded("alter_column", "admin_nudges", "created_at", type="timestamp")
    guarded("drop_constraint", "fk_admin_meetings_deal_id", "admin_meetings", type_="foreignkey")
    guarded("create_index", "idx_admin_meetings_deal", "admin_meetings", ["deal_id"])
    guarded("alter_column", "admin_meetings", "notes", type="varchar(1000)")
    guarded("alter_column", "admin_meetings", "starts_at", type="timestamp")
    guarded("alter_column", "admin_meetings", "updated_at", type="timestamp")
    guarded("alter_column", "admin_meetings", "created_at", type="timestamp")
    guarded("drop_index", "ix_admin_lead_captures_email", "admin_lead_captures")
    guarded("alter_column", "admin_lead_captures", "payload", type="json")
    guarded("alter_column", "admin_lead_captures", "updated_at", type="timestamp")
    guarded("alter_column", "admin_lead_captures", "created_at", type="timestamp")
    guarded("drop_constraint", "uq_admin_goals_name", "admin_goals", type_="unique")
    guarded("alter_column", "admin_goals", "progress", type="double precision")
    guarded("alter_column", "admin_goals", "target", type="double precision")
    guarded("alter_column", "admin_goals", "updated_at", type="timestamp")
    guarded("alter_column", "admin_goals", "created_at", type="timestamp")
    guarded("drop_constraint", "fk_admin_focus_sessions_user_id", "admin_focus_sessions", type_="foreignkey")
    guarded("alter_column", "admin_focus_sessions", "started_at", type="timestamp")
    guarded("alter_column", "admin_focus_sessions", "updated_at", type="timestamp")
    guarded("alter_column", "admin_focus_sessions", "created_at", type="timestamp")
    guarded("drop_constraint", "ck_admin_deals_probability", "admin_deals", type_="check")
    guarded("drop_index", "ix_admin_deals_organization_stage", "admin_deals")
    guarded("create_index", "idx_admin_deals_stage", "admin_deals", ["stage"])
    guarded("alter_column", "admin_deals", "updated_at", type="timestamp")
    guarded("alter_column", "admin_deals", "created_at", type="timestamp")
    guarded("alter_column", "admin_deals", "amount", type="double precision")
    guarded("alter_column", "admin_deals", "amount", server_default="0")
    guarded("drop_index", "ix_admin_content_pieces_status", "admin_content_pieces")
    guarded("drop_constraint", "fk_admin_content_pieces_script_id", "admin_content_pieces", type_="foreignkey")
    guarded("alter_column", "admin_content_pieces", "updated_at", type="timestamp")
    guarded("alter_column", "admin_content_pieces", "created_at", type="timestamp")
    guarded("alter_column", "admin_content_scripts", "duration_seconds", drop_comment=True)
    guarded("drop_column", "admin_content_scripts", "ai_generated")
    guarded("alter_column", "admin_content_scripts", "updated_at", type="timestamp")
    guarded("alter_column", "admin_content_scripts", "created_at", type="timestamp")
    guarded("drop_index", "ix_admin_collateral_usage_prospect_id", "admin_collateral_usage")
    guarded("drop_constraint", "fk_admin_collateral_usage_collateral_id", "admin_collateral_usage", type_="foreignkey")
    guarded("alter_column", "admin_collateral_usage", "updated_at", type="timestamp")
    guarded("alter_column", "admin_collateral_usage", "created_at", type="timestamp")
    guarded("drop_index", "ix_admin_collateral_kind", "admin_collateral")
    guarded("alter_column", "admin_collateral", "file_size", type="integer")
    guarded("alter_column", "admin_collateral", "updated_at", type="timestamp")
    guarded("alter_column", "admin_collateral", "created_at", type="timestamp")
    guarded("drop_constraint", "uq_admin_campaign_recipients_email", "admin_campaign_recipients", type_="unique")
    guarded(
        "drop_constraint", "fk_admin_campaign_recipients_campaign_id", "admin_campaign_recipients", type_="foreignkey"
    )
    guarded("alter_column", "admin_campaign_recipients", "opened", drop_default=True, nullable=True)
    guarded("alter_column", "admin_campaign_recipients", "email", type="varchar(100)")
    guarded("alter_column", "admin_campaign_recipients", "updated_at", type="timestamp")
    guarded("alter_column", "admin_campaign_recipients", "created_at", type="timestamp")
    guarded("drop_index", "ix_admin_campaigns_organization_id", "admin_campaigns")
    guarded("alter_column", "admin_campaigns", "status", server_default="'draft'")
    guarded("alter_column", "admin_campaigns", "budget", type="double precision")
    guarded("alter_column", "admin_campaigns", "updated_at", type="timestamp")
    guarded("alter_column", "admin_campaigns", "created_at", type="timestamp")
    guarded("drop_constraint", "fk_admin_activities_deal_id", "admin_activities", type_="foreignkey")
    guarded("create_index", "idx_admin_activities_deal", "admin_activities", ["deal_id"])
    guarded("drop_index", "ix_admin_activities_id", "admin_activities")
    guarded("alter_column", "admin_activities", "updated_at", type="timestamp")
    guarded("alter_column", "admin_activities", "created_at", type="timestamp")
    guarded("alter_column", "admin_activities", "amount", server_default="0")


def undo_deals() -> None:
    guarded("drop_index", "ix_audit_logs_created_at", "audit_logs")
    guarded("alter_column", "audit_logs", "created_at", type="timestamp")
    guarded("alter_column", "audit_logs", "payload", type="json")
    guarded("drop_index", "ix_notifications_unread", "notifications")
    guarded("alter_column", "notifications", "payload", type="json")
    guarded("drop_constraint", "uq_invoices_number", "invoices", type_="unique")
    guarded("alter_column", "invoices", "amount", type="double precision")
    guarded("drop_sequence", "invoice_number")
    guarded("drop_index", "ix_tasks_open", "tasks")
    guarded("drop_column", "tasks", "priority")
    guarded("alter_column", "tasks", "due_at", type="timestamp")
    guarded("alter_column", "tasks", "updated_at", type="timestamp")
    guarded("alter_column", "tasks", "created_at", type="timestamp")
    guarded("drop_constraint", "ck_valuations_range", "valuations", type_="check")
    guarded("alter_column", "valuations", "assumptions", type="json")
    guarded("alter_column", "valuations", "high", type="double precision")
    guarded("alter_column", "valuations", "low", type="double precision")
    guarded("alter_column", "valuations", "updated_at", type="timestamp")
    guarded("alter_column", "valuations", "created_at", type="timestamp")
    guarded("drop_constraint", "uq_financial_statements_period", "financial_statements", type_="unique")
    guarded("alter_column", "financial_statements", "ebitda", type="double precision")
    guarded("alter_column", "financial_statements", "revenue", type="double precision")
    guarded("alter_column", "financial_statements", "period_end", type="timestamp")
    guarded("alter_column", "financial_statements", "period_start", type="timestamp")
    guarded("alter_column", "deal_milestones", "completed", drop_default=True)
    guarded("alter_column", "deal_milestones", "due_at", type="timestamp")
    guarded("rename_column", "deal_milestones", "due_at", "due_on")
    guarded("drop_constraint", "fk_deal_activities_user_id", "deal_activities", type_="foreignkey")
    guarded("drop_index", "ix_deal_activities_deal_id", "deal_activities")
    guarded("alter_column", "deal_activities", "created_at", type="timestamp")
    guarded("alter_column", "deals", "value", drop_comment=True)
    guarded("drop_index", "ix_deals_organization_created", "deals")
    guarded("drop_index", "ix_deals_stage", "deals")
    guarded("drop_column", "deals", "pipeline_template_id")
    guarded("drop_column", "deals", "ai_score")
    guarded("drop_column", "deals", "source")
    guarded("drop_constraint", "ck_deals_probability", "deals", type_="check")
    guarded("alter_column", "deals", "probability", nullable=True)
    guarded("alter_column", "deals", "expected_close", type="timestamp")
    guarded("alter_column", "deals", "value", type="double precision")
    guarded("alter_column", "deals", "updated_at", type="timestamp")
    guarded("alter_column", "deals", "created_at", type="timestamp")


def undo_organizations_and_users() -> None:
    guarded("drop_index", "ix_subscriptions_open", "subscriptions")
    guarded("alter_column", "subscriptions", "amount", type="double precision", nullable=True)
    guarded("alter_column", "subscriptions", "updated_at", type="timestamp")
    guarded("alter_column", "subscriptions", "created_at", type="timestamp")
    guarded("drop_constraint", "uq_users_clerk_user_id", "users", type_="unique")
    guarded("drop_index", "ix_users_email_lower", "users")
    guarded("rename_index", "ix_users_email", "idx_users_email")
    guarded("drop_column", "users", "locale")
    guarded("drop_column", "users", "timezone")
    guarded("alter_column", "users", "is_active", nullable=True)
    guarded("alter_column", "users", "role", type="varchar(50)")
    guarded("alter_column", "users", "last_login_at", type="timestamp")
    guarded("alter_column", "users", "updated_at", type="timestamp")
    guarded("alter_column", "users", "created_at", type="timestamp")
    guarded("drop_table_comment", "organizations")
    guarded("drop_index", "ix_organizations_slug", "organizations")
    guarded("create_index", "idx_organizations_slug", "organizations", ["slug"])
    guarded("drop_column", "organizations", "ai_enabled")
    guarded("drop_column", "organizations", "region")
    guarded("alter_column", "organizations", "is_active", nullable=True)
    guarded("alter_column", "organizations", "settings", drop_default=True)
    guarded("alter_column", "organizations", "settings", type="json")
    guarded("alter_column", "organizations", "updated_at", type="timestamp")
    guarded("alter_column", "organizations", "created_at", type="timestamp")

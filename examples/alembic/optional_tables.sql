-- The 34 tables of the optional modules, which production lacks and a development database has, as they are before
-- revision 774225e563ca.

CREATE TABLE pipeline_templates (
    id varchar(36) PRIMARY KEY,
    organization_id varchar(36) REFERENCES organizations (id),
    name varchar(100) NOT NULL,
    is_default boolean,
    created_at timestamp DEFAULT now(),
    updated_at timestamp
);

CREATE TABLE pipeline_template_stages (
    id varchar(36) PRIMARY KEY,
    template_id varchar(36) NOT NULL REFERENCES pipeline_templates (id),
    name varchar(100) NOT NULL,
    position integer DEFAULT 0,
    probability double precision,
    created_at timestamp DEFAULT now(),
    updated_at timestamp
);

CREATE TABLE admin_activities (
    id varchar(36) PRIMARY KEY,
    organization_id varchar(36) REFERENCES organizations (id),
    deal_id varchar(36),
    kind varchar(50) NOT NULL,
    amount double precision DEFAULT 0,
    created_at timestamp DEFAULT now(),
    updated_at timestamp
);

CREATE TABLE admin_campaigns (
    id varchar(36) PRIMARY KEY,
    organization_id varchar(36) REFERENCES organizations (id),
    name varchar(100) NOT NULL,
    status varchar(20) DEFAULT 'draft',
    budget double precision,
    created_at timestamp DEFAULT now(),
    updated_at timestamp
);

CREATE TABLE admin_campaign_recipients (
    id varchar(36) PRIMARY KEY,
    campaign_id varchar(36) NOT NULL,
    email varchar(100) NOT NULL,
    opened boolean,
    created_at timestamp DEFAULT now(),
    updated_at timestamp
);

CREATE TABLE admin_collateral (
    id varchar(36) PRIMARY KEY,
    organization_id varchar(36) REFERENCES organizations (id),
    title varchar(255) NOT NULL,
    kind varchar(50),
    file_size integer,
    created_at timestamp DEFAULT now(),
    updated_at timestamp
);

CREATE TABLE admin_collateral_usage (
    id varchar(36) PRIMARY KEY,
    collateral_id varchar(36) NOT NULL,
    prospect_id varchar(36),
    created_at timestamp DEFAULT now(),
    updated_at timestamp
);

CREATE TABLE admin_content_scripts (
    id varchar(36) PRIMARY KEY,
    organization_id varchar(36) REFERENCES organizations (id),
    title varchar(255) NOT NULL,
    body text,
    duration_seconds integer,
    created_at timestamp DEFAULT now(),
    updated_at timestamp
);

CREATE TABLE admin_content_pieces (
    id varchar(36) PRIMARY KEY,
    script_id varchar(36),
    title varchar(255) NOT NULL,
    status varchar(20),
    created_at timestamp DEFAULT now(),
    updated_at timestamp
);

CREATE TABLE admin_deals (
    id varchar(36) PRIMARY KEY,
    organization_id varchar(36) REFERENCES organizations (id),
    title varchar(255) NOT NULL,
    amount double precision DEFAULT 0,
    stage varchar(20),
    probability integer,
    created_at timestamp DEFAULT now(),
    updated_at timestamp
);

CREATE TABLE admin_focus_sessions (
    id varchar(36) PRIMARY KEY,
    user_id varchar(36) NOT NULL,
    minutes integer DEFAULT 25,
    started_at timestamp,
    created_at timestamp DEFAULT now(),
    updated_at timestamp
);

CREATE TABLE admin_goals (
    id varchar(36) PRIMARY KEY,
    organization_id varchar(36) REFERENCES organizations (id),
    name varchar(100) NOT NULL,
    target double precision,
    progress double precision DEFAULT 0,
    created_at timestamp DEFAULT now(),
    updated_at timestamp
);

CREATE TABLE admin_lead_captures (
    id varchar(36) PRIMARY KEY,
    email varchar(100) NOT NULL,
    source varchar(50),
    payload json,
    created_at timestamp DEFAULT now(),
    updated_at timestamp
);

CREATE TABLE admin_meetings (
    id varchar(36) PRIMARY KEY,
    deal_id varchar(36),
    starts_at timestamp NOT NULL,
    minutes integer,
    notes varchar(1000),
    created_at timestamp DEFAULT now(),
    updated_at timestamp
);

CREATE TABLE admin_nudges (
    id varchar(36) PRIMARY KEY,
    user_id varchar(36) NOT NULL,
    kind varchar(50),
    message varchar(500),
    sent boolean,
    created_at timestamp DEFAULT now(),
    updated_at timestamp
);

CREATE TABLE admin_prospects (
    id varchar(36) PRIMARY KEY,
    organization_id varchar(36) REFERENCES organizations (id),
    name varchar(100) NOT NULL,
    email varchar(100),
    value double precision DEFAULT 0,
    created_at timestamp DEFAULT now(),
    updated_at timestamp
);

CREATE TABLE admin_scores (
    id varchar(36) PRIMARY KEY,
    user_id varchar(36) NOT NULL,
    score integer DEFAULT 0,
    week timestamp NOT NULL,
    created_at timestamp DEFAULT now(),
    updated_at timestamp
);

CREATE TABLE rbac_audit_logs (
    id varchar(36) PRIMARY KEY,
    organization_id varchar(36) REFERENCES organizations (id),
    user_id varchar(36),
    action varchar(50) NOT NULL,
    details json,
    created_at timestamp DEFAULT now()
);

CREATE TABLE valuation_export_logs (
    id varchar(36) PRIMARY KEY,
    organization_id varchar(36) REFERENCES organizations (id),
    valuation_id varchar(36) NOT NULL,
    format varchar(10),
    file_size integer,
    created_at timestamp DEFAULT now(),
    updated_at timestamp
);

CREATE TABLE deal_matches (
    id varchar(36) PRIMARY KEY,
    deal_id varchar(36) NOT NULL,
    matched_deal_id varchar(36) NOT NULL,
    score double precision DEFAULT 0,
    factors json,
    created_at timestamp DEFAULT now(),
    updated_at timestamp
);

CREATE TABLE document_templates (
    id varchar(36) PRIMARY KEY,
    organization_id varchar(36) REFERENCES organizations (id),
    name varchar(100) NOT NULL,
    category varchar(50),
    variables json,
    created_at timestamp DEFAULT now(),
    updated_at timestamp
);

CREATE TABLE generated_documents (
    id varchar(36) PRIMARY KEY,
    template_id varchar(36) NOT NULL,
    document_id uuid,
    status varchar(20),
    cost double precision DEFAULT 0,
    created_at timestamp DEFAULT now(),
    updated_at timestamp
);

CREATE TABLE document_questions (
    id varchar(36) PRIMARY KEY,
    document_id uuid NOT NULL CONSTRAINT document_questions_document_id_fkey REFERENCES documents (id) ON DELETE CASCADE,
    question varchar(500) NOT NULL,
    answer text,
    created_at timestamp DEFAULT now(),
    updated_at timestamp
);

CREATE TABLE blog_posts (
    id varchar(36) PRIMARY KEY,
    author_id varchar(36),
    title varchar(255) NOT NULL,
    slug varchar(255) NOT NULL,
    body text,
    tags json,
    published_at timestamp,
    created_at timestamp DEFAULT now(),
    updated_at timestamp
);

CREATE TABLE community_members (
    id varchar(36) PRIMARY KEY,
    user_id varchar(36) NOT NULL,
    display_name varchar(100),
    reputation integer,
    created_at timestamp DEFAULT now(),
    updated_at timestamp
);

CREATE TABLE community_posts (
    id varchar(36) PRIMARY KEY,
    member_id varchar(36) NOT NULL,
    title varchar(255) NOT NULL,
    body text,
    pinned boolean,
    created_at timestamp DEFAULT now(),
    updated_at timestamp
);

CREATE TABLE community_comments (
    id varchar(36) PRIMARY KEY,
    post_id varchar(36) NOT NULL,
    member_id varchar(36) NOT NULL,
    body varchar(2000),
    created_at timestamp DEFAULT now(),
    updated_at timestamp
);

CREATE TABLE community_reactions (
    id varchar(36) PRIMARY KEY,
    post_id varchar(36) NOT NULL,
    member_id varchar(36) NOT NULL,
    kind varchar(20) NOT NULL,
    created_at timestamp DEFAULT now()
);

CREATE TABLE community_badges (
    id varchar(36) PRIMARY KEY,
    member_id varchar(36) NOT NULL,
    name varchar(100) NOT NULL,
    awarded_at timestamp,
    created_at timestamp DEFAULT now(),
    updated_at timestamp
);

CREATE TABLE events (
    id varchar(36) PRIMARY KEY,
    organization_id varchar(36) REFERENCES organizations (id),
    name varchar(255) NOT NULL,
    slug varchar(255) NOT NULL,
    starts_at timestamp NOT NULL,
    ends_at timestamp,
    capacity integer,
    created_at timestamp DEFAULT now(),
    updated_at timestamp
);

CREATE TABLE event_sessions (
    id varchar(36) PRIMARY KEY,
    event_id varchar(36) NOT NULL,
    title varchar(255) NOT NULL,
    starts_at timestamp,
    ends_at timestamp,
    created_at timestamp DEFAULT now(),
    updated_at timestamp
);

CREATE TABLE event_speakers (
    id varchar(36) PRIMARY KEY,
    event_id varchar(36) NOT NULL,
    name varchar(100) NOT NULL,
    bio varchar(1000),
    created_at timestamp DEFAULT now(),
    updated_at timestamp
);

CREATE TABLE event_tickets (
    id varchar(36) PRIMARY KEY,
    event_id varchar(36) NOT NULL,
    name varchar(100) NOT NULL,
    price double precision DEFAULT 0,
    quantity integer,
    created_at timestamp DEFAULT now(),
    updated_at timestamp
);

CREATE TABLE event_registrations (
    id varchar(36) PRIMARY KEY,
    event_id varchar(36) NOT NULL,
    ticket_id varchar(36),
    email varchar(100) NOT NULL,
    checked_in boolean,
    created_at timestamp DEFAULT now(),
    updated_at timestamp
);

CREATE INDEX idx_admin_activities_deal ON admin_activities (deal_id);
CREATE INDEX idx_admin_deals_stage ON admin_deals (stage);
CREATE INDEX idx_admin_meetings_deal ON admin_meetings (deal_id);
CREATE INDEX idx_deal_matches_deal ON deal_matches (deal_id);
CREATE INDEX idx_blog_posts_slug ON blog_posts (slug);
CREATE INDEX idx_events_slug ON events (slug);

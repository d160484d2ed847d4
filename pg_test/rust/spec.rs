//! Specs: what they say is told from what is there, and made so.

use pgrx::prelude::*;

#[pg_schema]
mod tests {
    use crate::tests::support::*;
    use pgrx::prelude::*;

    const TABLES: &str = "
        CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL);
        CREATE TABLE teams (id int PRIMARY KEY, owner int REFERENCES users (id));
        INSERT INTO users VALUES (1, 'one');
    ";

    /// `kind object attribute status` of each row.
    fn found(call: &str) -> String {
        text(&format!(
            "SELECT coalesce(string_agg(concat_ws(' ', kind, object, attribute, status), '; '), '') FROM guarded.{call}"
        ))
    }

    fn schema() -> String {
        text("SELECT current_schema()::text")
    }

    #[pg_test]
    fn what_is_required_is_told_at_once() {
        sandbox(TABLES);
        let schema = schema();
        let spec = r#"'{"users": {"columns": {"id": "int4", "email": "varchar(9)", "plan": null}, "optional": ["nick"]}, "logs": ["id"]}'"#;
        let expected = format!(
            "table {schema}.logs missing; column {schema}.users.email type differs; column {schema}.users.nick missing; column {schema}.users.plan missing"
        );
        assert_eq!(found(&format!("check({spec})")), expected);
        let error = raised(&format!("SELECT guarded.require({spec}, '004')")).expect("an error");
        assert_eq!(word(&error, "sqlstate"), "55000");
        let message = word(&error, "message");
        for said in ["migration \"004\"", "logs", "plan", "varchar(9)"] {
            assert!(message.contains(said), "{said}: {message}");
        }
        assert!(!message.contains("nick"), "{message}");
        run(
            r#"DO $$BEGIN PERFORM guarded.require('{"users": ["id", "email"], "teams": ["owner"]}'); END$$"#,
        );
        assert_eq!(
            found(
                r#"check(required_tables => '{users,logs}', required_columns => '{"teams": ["x"]}')"#
            ),
            format!("table {schema}.logs missing; column {schema}.teams.x missing")
        );
    }

    #[pg_test]
    fn a_snapshot_brings_everything_back() {
        sandbox(TABLES);
        let schema = schema();
        let good = text(&format!("SELECT guarded.snapshot('{{{schema}}}')::text"));
        let spec = format!("$spec${good}$spec$");
        assert_eq!(found(&format!("diff({spec}, true)")), "");
        run("DROP TABLE teams; ALTER TABLE users DROP CONSTRAINT users_pkey; ALTER TABLE users ALTER email DROP NOT NULL;
             ALTER TABLE users ADD beyond int");
        let script = text(&format!("SELECT guarded.repair_script({spec})"));
        assert!(
            script.contains("CREATE TABLE") && !script.contains("\nALTER TABLE users DROP"),
            "{script}"
        );
        assert_ne!(found(&format!("diff({spec})")), "", "a script changes nothing");
        run(&format!("DO $do$BEGIN PERFORM guarded.repair({spec}); END$do$"));
        assert_eq!(found(&format!("diff({spec})")), "");
        assert_eq!(
            found(&format!("diff({spec}, true)")),
            format!("column {schema}.users.beyond beyond")
        );
        run(&format!("DO $do$BEGIN PERFORM guarded.repair({spec}, allow => '{{drop}}'); END$do$"));
        assert_eq!(text(&format!("SELECT guarded.snapshot('{{{schema}}}')::text")), good);
        assert!(is_true("(SELECT email = 'one' FROM users)"));
    }
}

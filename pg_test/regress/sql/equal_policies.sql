-- CREATE POLICY of one that exists.
\pset format unaligned
SET client_min_messages = error;
-- Nothing is to be written here, not even to the journal.
SET guarded.journal = off;
CREATE SCHEMA test_equal_policies;
CREATE SCHEMA test_equal_elsewhere;
SET search_path = test_equal_policies;
CREATE ROLE regress_guarded_one;
CREATE ROLE regress_guarded_two;
CREATE ROLE "Regress Guarded Three";
-- One role.
CREATE ROLE "regress_guarded_one, regress_guarded_two";

CREATE TABLE members (member name, team int);
CREATE TABLE notes (id int, owner name, kind varchar(10), team int, body text, tags text[]);
CREATE TABLE other_notes (id int, owner name);
CREATE TABLE test_equal_elsewhere.notes (id int, owner name);
CREATE FUNCTION team_of(name) RETURNS int LANGUAGE sql STABLE AS 'SELECT team FROM members WHERE member = $1';

CREATE POLICY everything ON notes;
CREATE POLICY own ON notes FOR SELECT TO regress_guarded_one USING (owner = current_user);
CREATE POLICY write ON notes FOR INSERT TO regress_guarded_one, regress_guarded_two WITH CHECK (owner = current_user);
CREATE POLICY change ON notes FOR UPDATE TO "Regress Guarded Three" USING (id > 0) WITH CHECK (id BETWEEN 1 AND 10);
CREATE POLICY remove ON notes AS RESTRICTIVE FOR DELETE USING (kind IN ('a', 'b'));
CREATE POLICY teams ON notes USING (team = (SELECT m.team FROM members m WHERE m.member = current_user));
CREATE POLICY by_function ON notes USING (team = team_of(current_user));
CREATE POLICY setting ON notes USING (owner = current_setting('app.owner', true));
CREATE POLICY in_list ON notes USING (id IN (1, 2, 3) AND body IS NOT NULL AND 'x' = ANY (tags));
CREATE POLICY "Quoted Policy" ON notes USING (true);
CREATE POLICY own ON other_notes USING (id = 1);
-- As a database restored from a dump has it.
CREATE POLICY restored ON notes USING ((((kind)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))));
CREATE FUNCTION written() RETURNS text LANGUAGE sql AS $$
    SELECT md5(string_agg(row::text, E'\n' ORDER BY row::text)) FROM (
        SELECT ctid, xmin, oid FROM pg_policy
        UNION ALL SELECT ctid, xmin, objid FROM pg_depend
        UNION ALL SELECT ctid, xmin, oid FROM pg_class) row $$;
SELECT written() AS before \gset

BEGIN;
--
-- Command, permissive or restrictive, roles
--
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE POLICY everything ON notes;
CREATE POLICY EVERYTHING ON "notes" AS PERMISSIVE FOR ALL TO PUBLIC;
CREATE POLICY everything ON test_equal_policies.notes TO public;
CREATE POLICY own ON notes AS permissive FOR select TO regress_guarded_one USING (owner = current_user);
CREATE POLICY write ON notes FOR INSERT TO regress_guarded_two, regress_guarded_one WITH CHECK (owner = current_user);
CREATE POLICY change ON notes FOR UPDATE TO "Regress Guarded Three" USING (id > 0) WITH CHECK (id BETWEEN 1 AND 10);
CREATE POLICY remove ON notes AS RESTRICTIVE FOR DELETE TO PUBLIC USING (kind IN ('a', 'b'));
CREATE POLICY "Quoted Policy" ON notes USING (true);
CREATE POLICY own ON other_notes USING (id = 1);
$$);
-- PUBLIC is everybody: PostgreSQL warns, and leaves out who else is named.
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE POLICY everything ON notes TO public, regress_guarded_one;
$$);
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE POLICY everything ON notes FOR SELECT;
CREATE POLICY everything ON notes AS RESTRICTIVE;
CREATE POLICY everything ON notes TO regress_guarded_one;
CREATE POLICY everything ON notes TO CURRENT_USER;
CREATE POLICY own ON notes FOR ALL TO regress_guarded_one USING (owner = current_user);
CREATE POLICY own ON notes FOR SELECT USING (owner = current_user);
CREATE POLICY own ON notes FOR SELECT TO regress_guarded_two USING (owner = current_user);
CREATE POLICY own ON notes FOR SELECT TO regress_guarded_one, regress_guarded_two USING (owner = current_user);
CREATE POLICY write ON notes FOR INSERT TO "regress_guarded_one, regress_guarded_two" WITH CHECK (owner = current_user);
CREATE POLICY write ON notes FOR INSERT TO regress_guarded_one WITH CHECK (owner = current_user);
CREATE POLICY write ON notes FOR INSERT TO regress_guarded_one, "Regress Guarded Three" WITH CHECK (owner = current_user);
CREATE POLICY change ON notes FOR DELETE TO "Regress Guarded Three" USING (id > 0);
CREATE POLICY remove ON notes FOR DELETE USING (kind IN ('a', 'b'));
CREATE POLICY own ON other_notes FOR SELECT TO regress_guarded_one USING (owner = current_user);
CREATE POLICY everything ON notes TO regress_no_such_role;
CREATE POLICY everything ON no_such_table;
$$);

--
-- USING
--
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE POLICY own ON notes FOR SELECT TO regress_guarded_one USING ( ("owner"=CURRENT_USER) );
CREATE POLICY own ON notes FOR SELECT TO regress_guarded_one USING (notes.owner = current_user::name);
CREATE POLICY remove ON notes AS RESTRICTIVE FOR DELETE USING (kind = ANY (ARRAY['a'::varchar, 'b'::varchar]));
CREATE POLICY remove ON notes AS RESTRICTIVE FOR DELETE USING (kind = ANY (ARRAY['a', 'b']));
CREATE POLICY remove ON notes AS RESTRICTIVE FOR DELETE USING (((kind)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])));
CREATE POLICY restored ON notes USING (kind IN ('a', 'b'));
CREATE POLICY restored ON notes USING (((kind)::text = ANY (ARRAY[('a'::character varying)::text, ('b'::character varying)::text])));
CREATE POLICY teams ON notes USING (team = (SELECT m.team FROM members AS m WHERE m.member = current_user));
CREATE POLICY teams ON notes USING ((team = ( SELECT m.team FROM test_equal_policies.members m WHERE (m.member = CURRENT_USER))));
CREATE POLICY by_function ON notes USING (team = test_equal_policies.team_of(CURRENT_USER));
CREATE POLICY setting ON notes USING (owner = current_setting('app.owner'::text, TRUE)::text);
CREATE POLICY in_list ON notes USING (id = ANY (ARRAY[1,2,3]) AND (body IS NOT NULL) AND ('x'::text = ANY (tags)));
$$);
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE POLICY own ON notes FOR SELECT TO regress_guarded_one;
CREATE POLICY everything ON notes USING (true);
CREATE POLICY own ON notes FOR SELECT TO regress_guarded_one USING (owner = session_user);
CREATE POLICY own ON notes FOR SELECT TO regress_guarded_one USING (owner <> current_user);
CREATE POLICY own ON notes FOR SELECT TO regress_guarded_one USING (current_user = owner);
CREATE POLICY own ON notes FOR SELECT TO regress_guarded_one USING (owner = current_user OR true);
CREATE POLICY remove ON notes AS RESTRICTIVE FOR DELETE USING (kind IN ('a', 'b', 'c'));
CREATE POLICY restored ON notes USING (kind IN ('b', 'a'));
CREATE POLICY teams ON notes USING (team = (SELECT team FROM members WHERE member = session_user));
CREATE POLICY teams ON notes USING (team IN (SELECT team FROM members WHERE member = current_user));
CREATE POLICY setting ON notes USING (owner = current_setting('app.owner'));
CREATE POLICY in_list ON notes USING (id IN (1, 2) AND body IS NOT NULL AND 'x' = ANY (tags));
CREATE POLICY "Quoted Policy" ON notes USING (false);
$$);
-- What means the same and is written in another way than by what the server itself adds differs, too.
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE POLICY teams ON notes USING (team = (SELECT team FROM members WHERE member = current_user));
CREATE POLICY in_list ON notes USING (id = ANY (ARRAY[1,2,3]) AND NOT body IS NULL AND 'x'::text = ANY (tags));
$$);

--
-- WITH CHECK
--
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE POLICY change ON notes FOR UPDATE TO "Regress Guarded Three" USING (id > 0) WITH CHECK (id >= 1 AND id <= 10);
CREATE POLICY change ON notes FOR UPDATE TO "Regress Guarded Three" USING ((id > 0)) WITH CHECK ((id >= (1)) AND "id" <= 10);
CREATE POLICY write ON notes FOR INSERT TO regress_guarded_one, regress_guarded_two WITH CHECK (owner=current_user);
$$);
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE POLICY change ON notes FOR UPDATE TO "Regress Guarded Three" USING (id > 0);
CREATE POLICY change ON notes FOR UPDATE TO "Regress Guarded Three" USING (id > 0) WITH CHECK (id BETWEEN 1 AND 11);
CREATE POLICY change ON notes FOR UPDATE TO "Regress Guarded Three" USING (id > 1) WITH CHECK (id BETWEEN 1 AND 11);
CREATE POLICY own ON notes FOR SELECT TO regress_guarded_two USING (owner = session_user);
CREATE POLICY write ON notes FOR INSERT TO regress_guarded_one, regress_guarded_two WITH CHECK (owner=current_role);
CREATE POLICY write ON notes FOR INSERT TO regress_guarded_one, regress_guarded_two WITH CHECK (owner = user);
CREATE POLICY everything ON notes WITH CHECK (true);
CREATE POLICY "Quoted Policy" ON notes USING (true) WITH CHECK (true);
$$);

--
-- What the server refuses is not equal to anything.
--
SELECT number, status, reason, outcome->'differences' AS differences, outcome->>'detail' AS detail FROM guarded.run($$
CREATE POLICY own ON notes FOR SELECT TO regress_guarded_one USING (no_such_column = 1);
CREATE POLICY own ON notes FOR SELECT TO regress_guarded_one USING (body);
CREATE POLICY own ON notes FOR SELECT TO regress_guarded_one USING (count(*) > 0);
CREATE POLICY own ON notes FOR SELECT TO regress_guarded_one USING (owner = no_such_function());
CREATE POLICY write ON notes FOR INSERT TO regress_guarded_one, regress_guarded_two USING (owner = current_user);
$$);
SELECT pg_current_xact_id_if_assigned() IS NULL AS nothing_written;
SELECT * FROM show.locks();

-- The typed function.
SELECT o->>'status' AS status, o->>'reason' AS reason, o->'differences' AS differences FROM (VALUES
    (guarded.create_policy('everything', 'notes')),
    (guarded.create_policy('own', 'notes', 'select', '{regress_guarded_one}', '"owner" = current_user', schema => 'test_equal_policies')),
    (guarded.create_policy('change', 'notes', 'UPDATE', '{Regress Guarded Three}', 'id > 0', 'id >= 1 and id <= 10')),
    (guarded.create_policy('own', 'notes', 'select', '{regress_guarded_two}', 'owner = current_user')),
    (guarded.create_policy('change', 'notes', 'UPDATE', '{Regress Guarded Three}', 'id > 0', 'id >= 1 and id < 10')),
    (guarded.create_policy('remove', 'notes', 'DELETE', using_expression => 'kind in (''a'', ''b'')', permissive => true))) cases (o);
SELECT pg_current_xact_id_if_assigned() IS NULL AS nothing_written;
COMMIT;
-- For a role that may not, PostgreSQL says so.
GRANT USAGE ON SCHEMA test_equal_policies, guarded TO regress_guarded_one;
SET ROLE regress_guarded_one;
SELECT number, status, reason, message FROM guarded.run('CREATE POLICY own ON notes FOR SELECT TO regress_guarded_one USING (owner = current_user)');
RESET ROLE;
SELECT written() = :'before' AS unchanged;

\set VERBOSITY terse
DROP SCHEMA test_equal_policies, test_equal_elsewhere CASCADE;
REVOKE ALL ON SCHEMA guarded FROM regress_guarded_one;
DROP ROLE regress_guarded_one, regress_guarded_two, "Regress Guarded Three", "regress_guarded_one, regress_guarded_two";

-- Constraints: create_…_constraint, create_primary_key, create_foreign_key, drop_, rename_ and validate_constraint.
CREATE SCHEMA test_constraints;
SET search_path = test_constraints;
CREATE TABLE users (id int, name text, email text, age int, boss int);
INSERT INTO users VALUES (1, 'Ada', 'ada@example.com', 36, NULL), (2, 'Grace', 'grace@example.com', 85, 1);
CREATE TABLE orders (id int, user_id int, total numeric, room int, during int4range);
INSERT INTO orders VALUES (1, 1, 10, 1, '[1,3)'), (2, 3, -5, 1, '[2,4)');
CREATE VIEW names AS SELECT name FROM users;

--
-- create_primary_key
--
SELECT * FROM show.all_of(guarded.create_primary_key('users_pk', 'users', '{id}'));
SELECT * FROM show.all_of(guarded.create_primary_key('users_pk', 'users', '{id}'));
SELECT * FROM show.outcome(guarded.create_primary_key(NULL, 'users', '{id}'));
SELECT * FROM show.outcome(guarded.create_primary_key('users_pk', 'no_such_table', '{id}'));
SELECT * FROM show.outcome(guarded.create_primary_key('users_pk', 'users', '{id}', schema => 'no_such_schema'));
SELECT * FROM show.outcome(guarded.create_primary_key('orders_pk', 'orders', '{id,no_such_column}'));
SELECT * FROM show.outcome(guarded.create_primary_key('orders_pk', 'orders', '{id}', postgresql_include => '{no_such_column}'));
-- A table has one primary key.
SELECT * FROM show.all_of(guarded.create_primary_key('users_pk', 'users', '{id,name}'));
SELECT * FROM show.outcome(guarded.create_primary_key('users_pkey', 'users', '{id}'));
SELECT * FROM show.outcome(guarded.create_primary_key(NULL, 'users', '{name}'));
BEGIN;
SELECT * FROM show.all_of(guarded.create_primary_key('orders_pk', 'orders', '{room}'));
SELECT * FROM show.outcome(guarded.create_primary_key('names_pk', 'names', '{name}'));
INSERT INTO orders VALUES (3, 1, 30, 2, '[1,2)');
COMMIT;
SELECT id FROM orders ORDER BY id;
SET guarded.dry_run = on;
SELECT * FROM show.outcome(guarded.create_primary_key('orders_pk', 'orders', '{id}', "deferrable" => true, "initially" => 'deferred'));
SELECT * FROM show.outcome(guarded.create_primary_key('users_pk', 'users', '{id}'));
RESET guarded.dry_run;
SELECT * FROM show.constraints('orders');
SELECT * FROM show.outcome(guarded.create_primary_key('orders_pk', 'orders', '{id}', "deferrable" => true, "initially" => 'deferred', postgresql_include => '{room}', schema => 'test_constraints'));
SELECT * FROM show.outcome(guarded.create_primary_key('orders_pk', 'orders', '{id}', "deferrable" => true, "initially" => 'deferred', postgresql_include => '{room}'));
SELECT * FROM show.outcome(guarded.create_primary_key('orders_pk', 'orders', '{id}'));
SELECT * FROM show.constraints('users');
SELECT * FROM show.constraints('orders');

--
-- create_unique_constraint
--
SELECT * FROM show.all_of(guarded.create_unique_constraint('users_email', 'users', '{email}'));
SELECT * FROM show.all_of(guarded.create_unique_constraint('users_email', 'users', '{email}'));
SELECT * FROM show.outcome(guarded.create_unique_constraint(NULL, 'users', '{email}'));
SELECT * FROM show.outcome(guarded.create_unique_constraint(NULL, 'users', '{name}', "deferrable" => true));
SELECT * FROM show.outcome(guarded.create_unique_constraint(NULL, 'users', '{name}', "deferrable" => true));
SELECT * FROM show.outcome(guarded.create_unique_constraint('u', 'no_such_table', '{email}'));
SELECT * FROM show.outcome(guarded.create_unique_constraint('u', 'users', '{email}', schema => 'no_such_schema'));
SELECT * FROM show.outcome(guarded.create_unique_constraint('u', 'users', '{no_such_column}'));
SELECT * FROM show.all_of(guarded.create_unique_constraint('users_email', 'users', '{email,name}', "deferrable" => true));
SELECT * FROM show.outcome(guarded.create_unique_constraint('users_pk', 'users', '{id}'));
CREATE INDEX taken ON orders (id);
SELECT * FROM show.outcome(guarded.create_unique_constraint('taken', 'users', '{age}'));
BEGIN;
SELECT * FROM show.all_of(guarded.create_unique_constraint('orders_room', 'orders', '{room}'));
INSERT INTO orders VALUES (4, 1, 40, 2, '[2,3)');
COMMIT;
SELECT id FROM orders WHERE id = 4;
SET guarded.dry_run = on;
SELECT * FROM show.outcome(guarded.create_unique_constraint('users_age', 'users', '{age}', postgresql_include => '{name}'));
SELECT * FROM show.outcome(guarded.create_unique_constraint('users_email', 'users', '{email}'));
RESET guarded.dry_run;
SELECT * FROM show.constraints('users');

--
-- create_check_constraint
--
SELECT * FROM show.all_of(guarded.create_check_constraint('users_age', 'users', 'age BETWEEN 0 AND 150'));
SELECT * FROM show.all_of(guarded.create_check_constraint('users_age', 'users', 'age >= 0 AND age <= 150'));
SELECT * FROM show.outcome(guarded.create_check_constraint('users_name', 'users', 'name IN (''Ada'', ''Grace'')'));
SELECT * FROM show.outcome(guarded.create_check_constraint('users_name', 'users', 'name = ANY (ARRAY[''Ada'', ''Grace''])'));
SELECT * FROM show.outcome(guarded.create_check_constraint(NULL, 'users', 'boss <> id'));
SELECT * FROM show.outcome(guarded.create_check_constraint(NULL, 'users', '(boss != id)'));
SELECT * FROM show.outcome(guarded.create_check_constraint('c', 'no_such_table', 'age > 0'));
SELECT * FROM show.outcome(guarded.create_check_constraint('c', 'users', 'age > 0', schema => 'no_such_schema'));
SELECT * FROM show.outcome(guarded.create_check_constraint('c', 'users', 'no_such_column > 0'));
SELECT * FROM show.outcome(guarded.create_check_constraint('c', 'users', 'no_such_function(age)'));
SELECT * FROM show.all_of(guarded.create_check_constraint('users_age', 'users', 'age >= 18'));
SELECT * FROM show.outcome(guarded.create_check_constraint('users_email', 'users', 'email LIKE ''%@%'''));
BEGIN;
SELECT * FROM show.all_of(guarded.create_check_constraint('orders_total', 'orders', 'total > 0'));
SELECT * FROM show.outcome(guarded.create_check_constraint('orders_total', 'orders', 'total'));
SELECT * FROM show.outcome(guarded.create_check_constraint('orders_total', 'orders', 'total > (SELECT 0)'));
INSERT INTO orders VALUES (5, 1, 50, 2, '[3,4)');
COMMIT;
SELECT id FROM orders WHERE id = 5;
SET guarded.dry_run = on;
SELECT * FROM show.outcome(guarded.create_check_constraint('orders_total', 'orders', 'total > 0'));
SELECT * FROM show.outcome(guarded.create_check_constraint('users_age', 'users', 'age BETWEEN 0 AND 150'));
RESET guarded.dry_run;
-- Not valid: the rows that are there may break it. A valid one is more, so it will do.
SELECT * FROM show.outcome(guarded.create_check_constraint('orders_total', 'orders', 'total > 0', postgresql_not_valid => true));
SELECT * FROM show.outcome(guarded.create_check_constraint('orders_total', 'orders', 'total > 0', postgresql_not_valid => true));
SELECT * FROM show.outcome(guarded.create_check_constraint('orders_total', 'orders', 'total > 0'));
SELECT * FROM show.outcome(guarded.create_check_constraint('users_age', 'users', 'age BETWEEN 0 AND 150', postgresql_not_valid => true));
SELECT * FROM show.constraints('users');
SELECT * FROM show.constraints('orders');

--
-- validate_constraint
--
SELECT * FROM show.all_of(guarded.validate_constraint('users_age', 'users'));
SELECT * FROM show.outcome(guarded.validate_constraint('users_age', 'no_such_table'));
SELECT * FROM show.outcome(guarded.validate_constraint('users_age', 'users', schema => 'no_such_schema'));
SELECT * FROM show.outcome(guarded.validate_constraint('no_such_constraint', 'users'));
BEGIN;
SELECT * FROM show.all_of(guarded.validate_constraint('orders_total', 'orders'));
SELECT * FROM show.outcome(guarded.validate_constraint('users_email', 'users'));
UPDATE orders SET total = 5 WHERE total < 0;
COMMIT;
SET guarded.dry_run = on;
SELECT * FROM show.outcome(guarded.validate_constraint('orders_total', 'orders'));
RESET guarded.dry_run;
SELECT * FROM show.all_of(guarded.validate_constraint('orders_total', 'orders'));
SELECT * FROM show.constraints('orders');

--
-- create_foreign_key
--
SELECT * FROM show.all_of(guarded.create_foreign_key('users_boss', 'users', 'users', '{boss}', '{id}'));
SELECT * FROM show.all_of(guarded.create_foreign_key('users_boss', 'users', 'users', '{boss}', '{id}'));
SELECT * FROM show.outcome(guarded.create_foreign_key(NULL, 'users', 'users', '{boss}', '{id}'));
SELECT * FROM show.outcome(guarded.create_foreign_key('fk', 'no_such_table', 'users', '{user_id}', '{id}'));
SELECT * FROM show.outcome(guarded.create_foreign_key('fk', 'orders', 'no_such_table', '{user_id}', '{id}'));
SELECT * FROM show.outcome(guarded.create_foreign_key('fk', 'orders', 'users', '{user_id}', '{id}', source_schema => 'no_such_schema'));
SELECT * FROM show.outcome(guarded.create_foreign_key('fk', 'orders', 'users', '{user_id}', '{id}', referent_schema => 'no_such_schema'));
SELECT * FROM show.outcome(guarded.create_foreign_key('fk', 'orders', 'users', '{no_such_column}', '{id}'));
SELECT * FROM show.outcome(guarded.create_foreign_key('fk', 'orders', 'users', '{user_id}', '{no_such_column}'));
SELECT * FROM show.all_of(guarded.create_foreign_key('users_boss', 'users', 'users', '{boss}', '{id}', ondelete => 'SET NULL', "deferrable" => true));
SELECT * FROM show.outcome(guarded.create_foreign_key('users_email', 'users', 'users', '{boss}', '{id}'));
BEGIN;
SELECT * FROM show.all_of(guarded.create_foreign_key('orders_user', 'orders', 'users', '{user_id}', '{id}'));
SELECT * FROM show.outcome(guarded.create_foreign_key('orders_user', 'orders', 'users', '{user_id}', '{age}'));
SELECT * FROM show.outcome(guarded.create_foreign_key('orders_user', 'orders', 'users', '{user_id,room}', '{id}'));
SELECT * FROM show.outcome(guarded.create_foreign_key('orders_user', 'orders', 'names', '{user_id}', '{name}'));
INSERT INTO orders VALUES (6, 1, 60, 2, '[4,5)');
COMMIT;
SELECT id FROM orders WHERE id = 6;
SET guarded.dry_run = on;
SELECT * FROM show.outcome(guarded.create_foreign_key('orders_user', 'orders', 'users', '{user_id}', '{id}'));
SELECT * FROM show.outcome(guarded.create_foreign_key('users_boss', 'users', 'users', '{boss}', '{id}'));
RESET guarded.dry_run;
SELECT * FROM show.outcome(guarded.create_foreign_key('orders_user', 'orders', 'users', '{user_id}', '{id}', onupdate => 'cascade', ondelete => 'set default',
    "deferrable" => true, "initially" => 'deferred', match => 'full', source_schema => 'test_constraints', referent_schema => 'test_constraints', postgresql_not_valid => true));
SELECT * FROM show.outcome(guarded.create_foreign_key('orders_user', 'orders', 'users', '{user_id}', '{id}', onupdate => 'CASCADE', ondelete => 'SET DEFAULT',
    "deferrable" => true, "initially" => 'deferred', match => 'FULL', postgresql_not_valid => true));
SELECT * FROM show.outcome(guarded.create_foreign_key('orders_user', 'orders', 'users', '{user_id}', '{id}'));
SELECT * FROM show.constraints('users') WHERE definition LIKE 'FOREIGN%';
SELECT * FROM show.constraints('orders') WHERE definition LIKE 'FOREIGN%';

--
-- create_exclude_constraint
--
SELECT * FROM show.all_of(guarded.create_exclude_constraint('users_one_name', 'users', ARRAY['name WITH =']));
SELECT * FROM show.all_of(guarded.create_exclude_constraint('users_one_name', 'users', ARRAY['name WITH =']));
SELECT * FROM show.outcome(guarded.create_exclude_constraint('e', 'no_such_table', ARRAY['name WITH =']));
SELECT * FROM show.outcome(guarded.create_exclude_constraint('e', 'users', ARRAY['name WITH ='], schema => 'no_such_schema'));
SELECT * FROM show.outcome(guarded.create_exclude_constraint('e', 'users', ARRAY['no_such_column WITH =']));
SELECT * FROM show.outcome(guarded.create_exclude_constraint('e', 'users', ARRAY['name WITH ='], postgresql_using => 'no_such_method'));
SELECT * FROM show.outcome(guarded.create_exclude_constraint('users_email', 'users', ARRAY['email WITH =']));
BEGIN;
SELECT * FROM show.all_of(guarded.create_exclude_constraint('orders_during', 'orders', ARRAY['during WITH &&'], postgresql_using => 'gist'));
SELECT * FROM show.outcome(guarded.create_exclude_constraint('orders_during', 'orders', ARRAY['total WITH <']));
INSERT INTO orders VALUES (7, 1, 70, 2, '[5,6)');
COMMIT;
SELECT id FROM orders WHERE id = 7;
SET guarded.dry_run = on;
SELECT * FROM show.outcome(guarded.create_exclude_constraint('orders_during', 'orders', ARRAY['during WITH &&'], postgresql_using => 'gist', postgresql_where => 'room = 2'));
RESET guarded.dry_run;
SELECT * FROM show.outcome(guarded.create_exclude_constraint('orders_during', 'orders', ARRAY['during WITH &&'], postgresql_using => 'gist', postgresql_where => 'room = 2', "deferrable" => true));
SELECT * FROM show.constraints('orders') WHERE definition LIKE 'EXCLUDE%';
SELECT * FROM show.constraints('users') WHERE definition LIKE 'EXCLUDE%';

--
-- rename_constraint
--
SELECT * FROM show.all_of(guarded.rename_constraint('users', 'users_age', 'users_age_range'));
SELECT * FROM show.all_of(guarded.rename_constraint('users', 'users_age', 'users_age_range'));
SELECT * FROM show.all_of(guarded.rename_constraint('users', 'users_age_range', 'users_boss'));
SELECT * FROM show.outcome(guarded.rename_constraint('users', 'no_such_constraint', 'c'));
SELECT * FROM show.outcome(guarded.rename_constraint('no_such_table', 'users_age', 'c'));
SELECT * FROM show.outcome(guarded.rename_constraint('users', 'users_age', 'c', schema => 'no_such_schema'));
BEGIN;
SELECT * FROM show.outcome(guarded.rename_constraint('users', 'users_email', 'taken'));
INSERT INTO orders VALUES (8, 1, 80, 2, '[6,7)');
COMMIT;
SELECT id FROM orders WHERE id = 8;
SET guarded.dry_run = on;
SELECT * FROM show.outcome(guarded.rename_constraint('users', 'users_age_range', 'users_age'));
RESET guarded.dry_run;
SELECT * FROM show.constraints('users');

--
-- drop_constraint
--
SELECT * FROM show.all_of(guarded.drop_constraint('users_age_range', 'users'));
SELECT * FROM show.all_of(guarded.drop_constraint('users_age_range', 'users'));
SELECT * FROM show.outcome(guarded.drop_constraint('users_name', 'users', type_ => 'check'));
SELECT * FROM show.outcome(guarded.drop_constraint('users_age', 'no_such_table'));
SELECT * FROM show.outcome(guarded.drop_constraint('users_age', 'users', schema => 'no_such_schema'));
SELECT * FROM show.all_of(guarded.drop_constraint('users_boss', 'users', type_ => 'unique'));
BEGIN;
SELECT * FROM show.all_of(guarded.drop_constraint('users_pk', 'users', type_ => 'primary'));
INSERT INTO orders VALUES (9, 1, 90, 2, '[7,8)');
COMMIT;
SELECT id FROM orders WHERE id = 9;
SET guarded.dry_run = on;
SELECT * FROM show.outcome(guarded.drop_constraint('users_boss', 'users', 'foreignkey'));
SELECT * FROM show.outcome(guarded.drop_constraint('users_age_range', 'users'));
RESET guarded.dry_run;
SELECT * FROM show.outcome(guarded.drop_constraint('users_boss', 'users', 'foreignkey'));
SELECT * FROM show.outcome(guarded.drop_constraint('users_one_name', 'users', 'exclude'));
SELECT * FROM show.outcome(guarded.drop_constraint('users_pk', 'users', 'primary', cascade => true));
SELECT * FROM show.constraints('users');
SELECT * FROM show.constraints('orders');

\set VERBOSITY terse
DROP SCHEMA test_constraints CASCADE;

-- Rows for the tables of every_kind.sql, which is loaded before. What a column that is dropped and added again gets by itself
-- (NULL, its default) fulfils every constraint with them.
\set ON_ERROR_STOP on
\set QUIET on
SELECT current_setting('server_version_num')::int >= 170000 AS since_17,
       current_setting('server_version_num')::int >= 180000 AS since_18,
       EXISTS (SELECT FROM pg_extension WHERE extname = 'citext') AS has_contrib \gset

BEGIN;
INSERT INTO shop.customer (name, nick, address, mood, source, waits, picture, ratio, birthday) VALUES
    ('Ada', 'ada', ROW('Street 1', '12345', 'At', '2026-01-02 03:04:05.678+00'), '{}', 'web', '1 hour', '\x01', 1.5, '1990-01-01'),
    ('  Bo ', 'bo', NULL, NULL, 'shop', NULL, NULL, NULL, NULL),
    ('Größe "x"', NULL, ROW(NULL, NULL, NULL, NULL), NULL, NULL, '3 days', '\x', 'NaN', '2001-02-03'),
    ('it''s', 'its', NULL, NULL, 'web', DEFAULT, DEFAULT, DEFAULT, DEFAULT);
INSERT INTO shop.orders (customer, status, stages, total, period, remark, tags, details) VALUES
    (1, 'open', '{open}', 10.50, '[2026-01-01,2026-02-01)', 'First', '{a}', '{"a": 1}'),
    (1, 'paid', NULL, 99.99, '[2026-02-01,2026-03-01)', NULL, NULL, NULL),
    (2, 'picked', DEFAULT, 50.00, NULL, 'it''s', DEFAULT, DEFAULT),
    (3, 'paid', DEFAULT, 12.34, NULL, 'größer', '{}', '[]'),
    (4, 'open', DEFAULT, 1.00, NULL, '', DEFAULT, DEFAULT);
UPDATE shop.customer SET favourite = (SELECT min(number) FROM shop.orders WHERE customer = id) WHERE id < 3;
INSERT INTO "Odd Schema"."Tab.le ""x""" ("größe", "it's", "a, b", "(c)", parent) VALUES
    (1.5, NULL, DEFAULT, NULL, NULL),
    (2.5, ROW(ARRAY[ROW('Street 2', '54321', 'Bo', NULL)::shop.address], '{paid}', NULL), NULL, NULL, -5),
    (3.5, NULL, '{{5}}', (SELECT c FROM shop.customer c WHERE id = 1), NULL);
INSERT INTO shop.basket SELECT customer, number, 'thing ' || line FROM shop.orders;
INSERT INTO shop.basket VALUES (NULL, NULL, NULL), (2, NULL, 'nothing');
INSERT INTO shop.address_book VALUES ('Street 3', '11111', 'Cy', now()), (DEFAULT, NULL, NULL, NULL);
INSERT INTO shop.heap_of_its_own SELECT generate_series(1, 3);
INSERT INTO shop.without_columns DEFAULT VALUES;
INSERT INTO shop.without_columns DEFAULT VALUES;
INSERT INTO shop.a_table_with_a_name_as_long_as_names_can_be_here_63_characters DEFAULT VALUES;
INSERT INTO shop.place VALUES (1, 'a'), (2, NULL);
INSERT INTO shop.sized VALUES ('s', 3), (NULL, NULL);
INSERT INTO shop.city (id, name, size, people) VALUES (3, 'Ulm', 5, 100), (4, 'Bonn', NULL, NULL);
INSERT INTO shop.village VALUES (5, 'x'), (6, NULL);
INSERT INTO shop.event (id, at, region, orders, note)
    SELECT n, date '2025-06-01' + n * 90, (ARRAY['north', 'south', 'it''s north'])[n % 3 + 1], CASE n % 2 WHEN 0 THEN 1010 END, 'note ' || n
    FROM generate_series(1, 8) n;
INSERT INTO shop.event_note_of SELECT id, at, region FROM shop.event WHERE id < 4;
INSERT INTO shop.event_note_of VALUES (NULL, NULL, NULL);
INSERT INTO shop.hashed SELECT n, 'name ' || n FROM generate_series(1, 6) n;
INSERT INTO shop.by_expression VALUES ('a', 1), ('b', NULL);
\if :has_contrib
INSERT INTO shop.with_extensions VALUES
    ('A', 1, '[2026-01-01,2026-01-02)', 'a=>1'), (DEFAULT, 1, '[2026-01-02,2026-01-03)', DEFAULT), (NULL, NULL, NULL, NULL);
\endif
\if :since_17
INSERT INTO shop.numbered (name) VALUES ('a'), ('b');
\endif
\if :since_18
INSERT INTO shop.eighteen (id, plain, room, later, mine) VALUES (1, 1, 2, 5, 3), (2, 1, NULL, 6, 4);
INSERT INTO shop.eighteen_periods VALUES ('[1,2)', '[2026-01-01,2026-06-01)'), ('[2,3)', '[2026-01-01,2026-06-01)');
INSERT INTO shop.eighteen_within VALUES ('[1,2)', '[2026-02-01,2026-03-01)');
\endif
COMMIT;
ANALYZE;

-- A PostgreSQL source whose every column has something that gets lost easily.
CREATE TYPE mood AS ENUM ('blij', 'o''k');
CREATE DOMAIN price AS numeric(10,2) CHECK (VALUE < 1000000);
CREATE TABLE words (id bigint PRIMARY KEY, word text, short char(4), feeling mood);
CREATE TABLE numbers (
  id serial PRIMARY KEY, fixed numeric(10,2), free numeric, long numeric(30,10), tag price,
  small smallint, big bigint, ratio double precision, single real, sure boolean
);
INSERT INTO numbers (fixed, free, long, tag, small, big, ratio, single, sure) VALUES
  (0.1, 0.1, 0.1, 0.1, -32768, 9223372036854775807, '-0', 0.1, true),
  (0.10, 0.10, 12345678901234567890.0123456789, 1, 0, -9223372036854775808, 'NaN', 1e20, false),
  (-99999999.99, 1e-20, -0.0000000001, 2, 1, 0, 'Infinity', '-Infinity', NULL),
  ('NaN', 'Infinity', NULL, 3, NULL, NULL, 5e-324, 3.4028235e38, true),
  (12, 123456789012345678901234567890.5, 3, NULL, 7, 7, 0.1::float8 + 0.2, 0.3, false);
CREATE TABLE moments (day date, clock time, wall timestamp, instant timestamptz);
INSERT INTO moments VALUES
  ('infinity', '24:00', '-infinity', 'infinity'),
  ('0044-03-15 BC', '00:00:00.000001', '0044-03-15 00:00 BC', '0044-03-15 10:00:00.5Z BC'),
  ('5874897-12-31', NULL, '294276-12-31 23:59:59.999999', '294276-12-30 23:59:59.999999Z'),
  ('0001-01-01', '00:00', '0001-01-01', '0001-01-02Z'),
  ('9999-12-31', '23:59:59.999999', '9999-12-31 23:59:59.999999', '9999-12-30 00:00:00Z'),
  ('2024-02-29', '10:00:00.25', '2026-03-29 02:30:00', '2026-03-31 10:00:00.5-03'),
  (NULL, NULL, NULL, NULL);
CREATE TABLE things (id uuid, content bytea, doc json, docb jsonb);
INSERT INTO things VALUES
  ('A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', '\x00ff5c4e',
   '{"b": 1.10,  "b":2, "é": "\u00e9"}', '{"b": 1.10, "a": [null, "NULL"]}'),
  (NULL, '', 'null', '"\\N"'),
  (NULL, NULL, NULL, NULL);
-- Where a line of PostgreSQL's base64 ends.
INSERT INTO things (content) SELECT convert_to(repeat('a', n), 'UTF8')
  FROM unnest(ARRAY[56, 57, 58, 113, 114, 115]) n;
CREATE DOMAIN short AS char(3);
CREATE DOMAIN tags AS text[] CHECK (cardinality(VALUE) < 9);
CREATE TABLE spans (span interval, year interval year to month);
INSERT INTO spans VALUES
  ('1 year 2 mons -3 days +04:00:00.5', '1 year 2 mons'), ('1 day', '-5 mons'), ('24:00:00', '0'),
  ('-1 mon +1 day -00:00:00.000001', NULL), ('178000000 years', NULL), ('0', NULL), (NULL, NULL);
CREATE TABLE lists (
  id int PRIMARY KEY, words text[], padded char(3)[], codes short[], feelings mood[], tagged tags,
  counts bigint[], prices numeric(10,2)[], loose numeric[], ratios double precision[], singles real[],
  flags boolean[], days date[], clocks time[], walls timestamp[], instants timestamptz[],
  spans interval[], bytes bytea[], ids uuid[], docs json[], docbs jsonb[]
);
INSERT INTO lists VALUES
  (1, ARRAY['a', NULL, 'NULL', '', '"', '\', E'line\nbreak\t\u0001\u007f', '{x,y}', 'é 🙂', '\N'],
   ARRAY['a', 'ab ', NULL], ARRAY['a', NULL]::short[], ARRAY['blij', NULL, 'o''k']::mood[],
   ARRAY['t', NULL], ARRAY[1, NULL, -9223372036854775808], ARRAY[0.1, NULL, 'NaN'],
   ARRAY[0.10, 1e-20, 'Infinity', '-Infinity', 'NaN'],
   ARRAY['-0', 'NaN', '-Infinity', 5e-324, 0.1::float8 + 0.2], ARRAY[0.1, 3.4028235e38]::real[],
   ARRAY[true, NULL, false], ARRAY['2024-02-29', 'infinity', '0044-03-15 BC']::date[],
   ARRAY['10:00:00.25', NULL]::time[], ARRAY['2026-03-29 02:30', '-infinity']::timestamp[],
   ARRAY['2026-03-31 10:00:00.5-03', 'infinity', '0044-03-15 10:00Z BC', NULL]::timestamptz[],
   ARRAY['1 year -3 days', '00:00:00.5', NULL]::interval[], ARRAY['\x00ff5c', '', NULL]::bytea[],
   ARRAY['A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', NULL]::uuid[],
   ARRAY['{"a":  1}', 'null', NULL, '"null"']::json[], ARRAY['{"a": 1.10}', NULL]::jsonb[]),
  (2, ARRAY[['a', NULL], ['c', 'd']], '{}', NULL, '{}', NULL, '{{{1},{2}},{{3},{NULL}}}',
   '[0:1]={1,2}', '[-1:0][2:3]={{1,2},{3,4}}', '{}', NULL, NULL, NULL, NULL, NULL,
   '[0:0]={2026-03-31Z}', NULL, ARRAY[['\x00'], ['\x5c78']]::bytea[], NULL, NULL, NULL),
  (3, '{}', NULL, NULL, NULL, '{}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
   NULL, NULL, NULL, NULL);
-- Digits before the point that are always zero, and more digits after it than there are.
CREATE TABLE rounded (thousands numeric(3,-3), small numeric(2,5));
INSERT INTO rounded VALUES (123456, 0.00012), (-999000, -0.00099), (0, 0), (NULL, NULL);
CREATE TABLE "Order %s; ""x" ("Name" text, name text, "50%" int);
INSERT INTO "Order %s; ""x" VALUES ('A', 'b', 1), ('\N', NULL, NULL);
CREATE TABLE "Words" (id int);
CREATE SCHEMA sales;
CREATE TABLE sales.words (id int PRIMARY KEY, of_word bigint REFERENCES public.words);
CREATE TABLE sales.parts (a int, b int, PRIMARY KEY (a, b));
CREATE TABLE sales.pieces (id int, a int, b int, FOREIGN KEY (a, b) REFERENCES sales.parts);
INSERT INTO sales.parts VALUES (1, 1), (1, 2);
INSERT INTO sales.pieces VALUES (1, 1, 2), (2, NULL, 7), (3, NULL, NULL);
CREATE TABLE visits (id int, day date) PARTITION BY RANGE (day);
CREATE TABLE visits_2026 PARTITION OF visits FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
INSERT INTO visits VALUES (1, '2026-03-31'), (1, '2026-03-31');
CREATE VIEW happy AS SELECT * FROM words WHERE feeling = 'blij';
CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM words;
CREATE SEQUENCE tickets AS integer START 100 INCREMENT 5 MINVALUE 10 CYCLE;
SELECT nextval('tickets'), nextval('tickets');
CREATE SEQUENCE sales.unused START 7;
CREATE TABLE billing (
  id int GENERATED ALWAYS AS IDENTITY, net numeric(8,2) CHECK (net > 0),
  gross numeric(8,2) GENERATED ALWAYS AS (net * 1.2) STORED, name varchar(20) UNIQUE
);
CREATE INDEX billing_by_small_name ON billing (lower(name)) WHERE net > 10;
COMMENT ON TABLE words IS 'all that is said; it''s "much"';
COMMENT ON COLUMN words.feeling IS 'as they felt';

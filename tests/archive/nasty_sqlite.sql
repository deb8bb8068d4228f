-- An SQLite source whose every column has something that gets lost easily.
CREATE TABLE texts (id INTEGER PRIMARY KEY, word TEXT, name VARCHAR(5));
CREATE TABLE numbers (
  id INTEGER PRIMARY KEY, price DECIMAL(10,2), loose NUMERIC, ratio REAL, big BIGINT,
  flag BOOLEAN, bare, stray DECIMAL(4,1)
);
INSERT INTO numbers VALUES
  (1, 0.1, 0.1, 0.1, 9223372036854775807, 1, -0.0, 0.55),
  (2, 0.10, 12, 1e300, -9223372036854775808, 0, 5e-324, 1),
  (3, 12, 1.5, 9e999, 0, NULL, 12, 1.5),
  (4, NULL, NULL, -9e999, NULL, 1, '12', NULL),
  (5, -99999999.99, -0.001, 12, 1, 1, x'31', 2),
  (6, -0.0, 3, -0.0, 1, 1, NULL, 3);
CREATE TABLE moments (day DATE, moment DATETIME, clock TIME, odd DATE, julian TIMESTAMP);
INSERT INTO moments VALUES
  ('2024-02-29', '2026-03-31 10:00:00', '10:00:00', '2024-02-30', 2460000.5),
  ('0001-01-01', '2026-03-31T10:00:00.250', '23:59:59.999999', '', 12),
  ('9999-12-31', '2026-03-31 10:00:00.000000', NULL, 'yesterday', 'now'),
  (NULL, NULL, NULL, NULL, NULL);
CREATE TABLE blobs (content BLOB, mixed, PRIMARY KEY (content));
INSERT INTO blobs VALUES
  (x'', 1), (x'00', 1.0), (x'ff00fe', '1'), (NULL, x'31'), (x'5c4e', NULL), (NULL, 'i1');
CREATE TABLE "sel""ect % ; drop" ("or""der %s" TEXT, "group" INT, "" TEXT);
INSERT INTO "sel""ect % ; drop" VALUES ('\N', 1, ''), (NULL, NULL, NULL), ('', 0, '~');
CREATE TABLE empty (none_yet TEXT, day DATE, price DECIMAL(8,3), bare);
CREATE TABLE loose_ends (
  id INT PRIMARY KEY, at INTEGER REFERENCES numbers (ID), gone INTEGER REFERENCES nowhere,
  own INTEGER REFERENCES loose_ends
);
INSERT INTO loose_ends VALUES
  (1, 1, NULL, 1), (2, 99, 5, 3), (NULL, NULL, NULL, NULL), (NULL, 2, NULL, 1);

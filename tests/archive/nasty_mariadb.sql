-- A MariaDB source whose every column has something that gets lost easily.
CREATE TABLE words (
  id bigint unsigned PRIMARY KEY AUTO_INCREMENT COMMENT 'the word''s number', word longtext, short char(4),
  old varchar(40) CHARACTER SET latin1, feeling enum('blij','o''k',''), likes set('a','b','c'),
  doc json
) DEFAULT CHARSET utf8mb4 COMMENT 'all that is said';
CREATE TABLE numbers (
  id int PRIMARY KEY, flag tinyint(1), tiny tinyint, small smallint unsigned, medium mediumint(6) zerofill,
  big bigint, huge bigint unsigned, fixed decimal(10,2), longest decimal(65,30), whole decimal(65,0),
  padded decimal(8,2) unsigned zerofill, ratio double, single float, scaled double(10,2),
  bits bit(8), wide bit(64), bit1 bit, founded year
);
INSERT INTO numbers VALUES
  (1, 2, -128, 65535, 42, -9223372036854775808, 18446744073709551615, 0.10,
   12345678901234567890123456789012345.012345678901234567890123456789,
   99999999999999999999999999999999999999999999999999999999999999999, 1.5, -0e0, 0.1, 12.3,
   b'00000101', b'1111111111111111111111111111111111111111111111111111111111111111', b'1', 0000),
  (2, -1, 127, 0, 0, 9223372036854775807, 0, -99999999.99, -0.000000000000000000000000000001, 0, 0,
   1.7976931348623157e308, 3.4028235e38, -99999999.99, b'0', b'0', b'0', 1901),
  (3, 0, 0, 1, 999999, 0, 9223372036854775808, 12, 3, -1, 12.50, 5e-324, 16777217, 0,
   b'11111111', b'1', NULL, 2155),
  (4, 1, 1, 1, 1, 1, 1, 0.01, 0.1, 1, 0.01, 0.30000000000000004, 1e-45, 0.1, NULL, NULL, b'1', 2026),
  (5, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
   NULL);
CREATE TABLE moments (
  day date, clock time(6), span time(3), wall datetime(6), plain datetime, instant timestamp(6) NULL,
  stamp timestamp NULL
);
SET time_zone = '+00:00';
INSERT INTO moments VALUES
  ('0000-00-00', '00:00:00', '838:59:59', '0000-00-00', '0000-00-00', '0000-00-00', NULL),
  ('2026-02-00', '23:59:59.999999', '-838:59:59', '2026-03-29 02:30:00.25', '2024-02-30 10:00:00',
   '2026-03-31 13:00:00.5', '2026-03-31 13:00:00'),
  ('1000-01-01', '10:00:00.25', '-00:00:00.5', '9999-12-31 23:59:59.999999', '1000-01-01',
   '1970-01-01 00:00:01', '2038-01-19 03:14:07'),
  (NULL, NULL, '00:00:00', NULL, NULL, NULL, NULL), ('2024-02-29', NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE things (fixed binary(6), varied varbinary(20), large longblob, id uuid, shown point INVISIBLE);
ALTER TABLE things DROP COLUMN shown, ADD COLUMN hidden int INVISIBLE DEFAULT 7;
INSERT INTO things VALUES (x'00ff5c', x'', x'5c4e', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'), (NULL, NULL, NULL, NULL);
CREATE TABLE made (a int, b int AS (a * 2) PERSISTENT, c varchar(9) AS (concat('x', a)) VIRTUAL);
INSERT INTO made (a) VALUES (1), (NULL);
CREATE TABLE `Order %s; "x` (`Name``s` text, `50%` int);
INSERT INTO `Order %s; "x` VALUES ('A', 1), ('\\N', NULL), ('nul\0inside', 2);
CREATE TABLE parts (a int, b int, PRIMARY KEY (a, b));
CREATE TABLE pieces (id int, a int, b int, name varchar(20), UNIQUE (name), CHECK (id > 0),
  FOREIGN KEY (a, b) REFERENCES parts (a, b));
INSERT INTO parts VALUES (1, 1), (1, 2);
INSERT INTO pieces VALUES (1, 1, 2, 'a'), (2, NULL, 7, NULL), (3, NULL, NULL, NULL);
CREATE SEQUENCE tickets START WITH 100 INCREMENT BY 5;
DO NEXTVAL(tickets);
CREATE VIEW happy AS SELECT id, word FROM words WHERE feeling = 'blij';

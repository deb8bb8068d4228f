"""Kantoor's tables, and the triggers that are its switches."""

SCHEMA = """
CREATE TABLE app_user (
  id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE COLLATE NOCASE, name TEXT NOT NULL,
  role TEXT NOT NULL, access TEXT NOT NULL DEFAULT 'full'
    CHECK (access IN ('full', 'read', 'none')),
  last_login TEXT, can_login INTEGER NOT NULL DEFAULT 1 CHECK (can_login IN (0, 1)));
CREATE TABLE setting (
  "key" VARCHAR(40) PRIMARY KEY, "value" TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE customer (
  id INTEGER PRIMARY KEY, number VARCHAR(12) NOT NULL UNIQUE, name TEXT NOT NULL, city TEXT,
  country CHAR(2) NOT NULL, credit_limit DECIMAL(12, 2), is_active BOOLEAN NOT NULL,
  customer_since DATE, ledger_account BIGINT, parent_id INTEGER REFERENCES customer (id),
  account_owner INTEGER REFERENCES app_user (id));
CREATE TABLE contact (
  id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer (id),
  full_name TEXT NOT NULL, email TEXT, phone VARCHAR(24), born DATE, newsletter BOOLEAN,
  remarks TEXT);
CREATE TABLE product (
  id INTEGER PRIMARY KEY, sku VARCHAR(16) NOT NULL UNIQUE, name TEXT NOT NULL,
  weight_kg NUMERIC(9, 3), discontinued BOOLEAN NOT NULL DEFAULT 0, thumbnail BLOB);
CREATE TABLE price_list (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, currency CHAR(3) NOT NULL, rate NUMERIC(12, 6));
CREATE TABLE price (
  price_list_id INTEGER NOT NULL REFERENCES price_list (id),
  product_id INTEGER NOT NULL REFERENCES product (id), valid_from DATE NOT NULL,
  valid_to DATE NOT NULL, amount NUMERIC(12, 4) NOT NULL,
  PRIMARY KEY (price_list_id, product_id, valid_from));
CREATE TABLE sales_order (
  id INTEGER PRIMARY KEY, number VARCHAR(16) NOT NULL UNIQUE,
  customer_id INTEGER NOT NULL REFERENCES customer (id),
  contact_id INTEGER REFERENCES contact (id),
  entered_by INTEGER NOT NULL REFERENCES app_user (id), ordered_at DATETIME NOT NULL,
  closed_at DATETIME, currency CHAR(3) NOT NULL, reference TEXT);
CREATE TABLE order_line (
  order_id INTEGER NOT NULL REFERENCES sales_order (id), line_no SMALLINT NOT NULL,
  product_id INTEGER NOT NULL REFERENCES product (id), quantity NUMERIC(10, 3) NOT NULL,
  unit_price NUMERIC(12, 4) NOT NULL, discount REAL, PRIMARY KEY (order_id, line_no));
CREATE TABLE invoice (
  id INTEGER PRIMARY KEY, number VARCHAR(16) NOT NULL UNIQUE,
  order_id INTEGER NOT NULL REFERENCES sales_order (id), issued_on DATE NOT NULL,
  due_on DATE, total DECIMAL(14, 2) NOT NULL, is_paid BOOLEAN);
CREATE TABLE payment (
  id INTEGER PRIMARY KEY, invoice_id INTEGER NOT NULL REFERENCES invoice (id),
  received_at TIMESTAMP NOT NULL, amount DECIMAL(14, 2) NOT NULL, "betaald per" TEXT);
CREATE TABLE attachment (
  id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES sales_order (id),
  file_name TEXT NOT NULL, mime_type TEXT, content BLOB);
CREATE TABLE note (
  id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer (id),
  written_by INTEGER REFERENCES app_user (id), written_at DATETIME NOT NULL, body TEXT NOT NULL);
"""

INDEXES_AND_VIEW = """
CREATE INDEX contact_customer ON contact (customer_id);
CREATE INDEX order_customer ON sales_order (customer_id, ordered_at);
CREATE INDEX order_open ON sales_order (ordered_at) WHERE closed_at IS NULL;
CREATE INDEX invoice_order ON invoice (order_id);
CREATE INDEX payment_invoice ON payment (invoice_id);
CREATE INDEX attachment_order ON attachment (order_id);
CREATE INDEX note_customer ON note (customer_id);
CREATE VIEW open_order AS
  SELECT o.number, c.name AS customer, o.ordered_at, o.currency,
         sum(l.quantity * l.unit_price * (1 - coalesce(l.discount, 0))) AS value
  FROM sales_order o JOIN customer c ON c.id = o.customer_id
  LEFT JOIN order_line l ON l.order_id = o.id
  WHERE o.closed_at IS NULL GROUP BY o.id;
"""

READ_ONLY = """
CREATE TRIGGER read_only_{table}_{verb} BEFORE {verb} ON {table}
WHEN (SELECT "value" FROM setting WHERE "key" = 'read_only') = '1'
BEGIN SELECT RAISE(ABORT, 'Kantoor is read-only'); END;
"""

LOGIN = """
CREATE TRIGGER login_refused BEFORE UPDATE OF last_login ON app_user
BEGIN
  SELECT RAISE(ABORT, 'Kantoor is switched off')
    WHERE (SELECT "value" FROM setting WHERE "key" = 'service') = 'off';
  SELECT RAISE(ABORT, 'this user may not log in') WHERE OLD.can_login = 0 OR OLD.access = 'none';
END;
CREATE TRIGGER order_refused BEFORE INSERT ON sales_order
BEGIN
  SELECT RAISE(ABORT, 'Kantoor is switched off')
    WHERE (SELECT "value" FROM setting WHERE "key" = 'service') = 'off';
  SELECT RAISE(ABORT, 'this user may not write') FROM app_user
    WHERE id = NEW.entered_by AND (can_login = 0 OR access <> 'full');
END;
"""

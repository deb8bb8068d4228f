"""Memory: tables, named reads and writes, one door for transactions, the audit chain."""

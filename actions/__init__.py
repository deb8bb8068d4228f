"""Hands: one verb per file, a plain function over ports, ledger and now."""

"""Proof: canonical rows, digests, bag, restore, seal."""

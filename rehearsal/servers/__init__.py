"""The real servers of a rehearsal, each a process of its own on loopback."""

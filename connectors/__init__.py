"""The outside: ports, errors, and one file for each kind of system spoken to."""

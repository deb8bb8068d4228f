"""What an organisation writes: the plan, its names and units, loading it with line numbers."""

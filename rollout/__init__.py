"""Knowledge, pure: people and cohorts, phases and their transitions, steps, planning."""

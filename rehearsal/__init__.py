"""A world to practise in: a simulated organisation, its clock and its faults."""

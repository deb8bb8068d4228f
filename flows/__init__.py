"""Order: Prefect flows, composition only."""

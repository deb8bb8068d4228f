"""Shells: the actions as Prefect tasks that open what they need, retry and show."""

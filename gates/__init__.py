"""Judgement, pure: frames become readings, readings become findings, findings a verdict."""

"""The door for people: survey, approval and help pages."""

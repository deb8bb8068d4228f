"""Words: rendering, calendar invitations, and the templates of every notice."""

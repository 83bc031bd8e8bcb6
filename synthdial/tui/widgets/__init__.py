"""One module a widget, or a few that belong together."""

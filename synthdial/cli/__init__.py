"""The command line: one module a command, none with logic that a library's user would miss."""

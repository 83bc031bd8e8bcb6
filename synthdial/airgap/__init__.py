"""No network: the program closes it off for itself, and a check that a user can run watches whether it asks for it."""

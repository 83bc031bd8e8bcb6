"""How conversations are built: the profile of their turn-taking."""

from synthdial.structure.profile import FEWEST, Profile, build_profile, describe, read_profile, write_profile

__all__ = ["FEWEST", "Profile", "build_profile", "describe", "read_profile", "write_profile"]

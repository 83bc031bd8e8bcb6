"""``python -m synthdial`` is the command ``synthdial-edge``."""

from synthdial.cli.main import main

main()

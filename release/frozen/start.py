"""What the standalone program runs."""

from synthdial.cli.main import main

main()

"""What a problem says stays something that a person reads."""

from synthdial.errors import SynthdialError


def test_a_message_that_quotes_a_very_long_value_keeps_its_beginning_and_its_end() -> None:
    error = SynthdialError(f"The file a.toml: name must be a text, not {'y' * 100_000!r} here.", "z" * 100_000)
    assert len(error.message) < 1100 and len(error.hint) < 1100
    assert error.message.startswith("The file a.toml: name must be") and error.message.endswith("y' here.")
    assert str(SynthdialError("Short.", "Do this.")) == "Short. Do this."

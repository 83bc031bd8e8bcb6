"""The sections of a report, each from the facts to blocks in the reader's language."""

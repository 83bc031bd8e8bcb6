"""Review: people read dialogues, rate them by a rubric, and what they say is counted."""

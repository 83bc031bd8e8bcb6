"""The inference engine: many dialogues decoded together over one shared prompt, in a process of its own."""

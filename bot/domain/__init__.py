"""The nouns of the newsroom and their rules: frozen data and pure functions."""

"""Posts: intake, queries, search, tags, stories, findings."""

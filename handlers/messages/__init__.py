"""Messages: pure functions from data to {"text", "blocks"}. The only place that knows Block Kit."""

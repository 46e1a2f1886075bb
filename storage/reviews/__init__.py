"""Reviews: what changes them, the queue, reminders, the audit log."""

"""Alembic's entry: runs on the connection that storage.migrate handed over, inside its transaction."""

from alembic import context

from storage.tables import metadata


def _ours(name: str | None, kind: str, parent_names: object) -> bool:
    # the full-text index keeps shadow tables of its own, which autogenerate would drop
    return not (kind == "table" and name is not None and name.startswith("post_search"))


context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, include_name=_ours)
context.run_migrations()

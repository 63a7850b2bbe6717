"""The history of the database schema, one line from empty to now."""

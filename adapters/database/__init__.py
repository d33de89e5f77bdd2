"""The database: SQLite embedded, PostgreSQL in service, behind the ports of the engine."""

"""End to end: bad records, planted names, rows that no database takes, databases that do not fit."""

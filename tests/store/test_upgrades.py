"""Migrations make the tables that the code is written for; other tables are refused."""

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect

from adapters.database.connections import DatabaseUrlRefused, open_engine
from adapters.database.opening import open_database
from adapters.database.revision import REVISION, RevisionRefused
from adapters.database.tables import metadata
from adapters.database.upgrades import alembic_config, standing, upgrade

CATALOGUE = """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
           a.attcompression, l.collname, c.reloptions,
           (SELECT array_agg(pg_get_constraintdef(k.oid) ORDER BY k.conname)
            FROM pg_constraint k WHERE k.conrelid = c.oid),
           (SELECT array_agg(pg_get_indexdef(i.indexrelid) ORDER BY i.indexrelid::regclass::text)
            FROM pg_index i WHERE i.indrelid = c.oid)
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
    LEFT JOIN pg_collation l ON l.oid = a.attcollation
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
      AND c.relname <> 'alembic_version'
    ORDER BY 1, a.attnum
"""
SCHEMA = """
    SELECT type, name, sql FROM sqlite_master
    WHERE name NOT LIKE '%alembic%' AND sql IS NOT NULL ORDER BY 1, 2
"""


def catalogue(url, query):
    """Read what a database says of its tables, without white space that means nothing."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = [tuple(" ".join(str(v).split()) for v in row) for row in
                 connection.exec_driver_sql(query)]  # fmt: skip
    engine.dispose()
    return [tuple(value.replace(" )", ")") for value in row) for row in found]


def created(url):
    """Create the tables as the code declares them."""
    engine = create_engine(url)
    metadata.create_all(engine)
    engine.dispose()
    return url


def test_sqlite_migrations_make_the_declared_tables(sqlite_url, tmp_path):
    """In SQLite the migrated tables are, word for word, those that the code declares."""
    declared = created(f"sqlite:///{tmp_path / 'declared.sqlite'}")
    assert catalogue(sqlite_url, SCHEMA) == catalogue(declared, SCHEMA)


def test_postgresql_migrations_make_the_declared_tables(postgresql_url, postgres):
    """In PostgreSQL every column, option, constraint and index is as the code declares it."""
    declared = created(postgres.create_database())
    assert catalogue(postgresql_url, CATALOGUE) == catalogue(declared, CATALOGUE)


def test_code_names_the_newest_revision():
    """The revision in the code is the newest migration."""
    assert ScriptDirectory.from_config(alembic_config()).get_current_head() == REVISION


def test_upgrade_is_done_once(url):
    """A second upgrade finds nothing to do."""
    assert upgrade(url) == REVISION
    assert standing(url) == REVISION


def test_upgrade_makes_the_folder_of_a_new_file(tmp_path):
    """A new SQLite database gets its folder and its tables."""
    url = f"sqlite:///{tmp_path / 'a folder' / 'hongdun.sqlite'}"
    assert standing(url) == ""
    assert upgrade(url) == ""
    assert standing(url) == REVISION


@pytest.mark.parametrize(
    ("found", "sentence"),
    [("0000", "run `hongdun db upgrade`"), ("9999", "install the newer program")],
    ids=["older", "newer"],
)
def test_other_tables_are_refused_with_the_remedy(url, found, sentence):
    """An older or newer database is refused by a sentence that names both revisions."""
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{found}'")
    engine.dispose()
    with pytest.raises(RevisionRefused, match=f"{found}.*{REVISION}.*{sentence}"):
        open_database(url)


def test_newer_database_is_not_touched_by_an_upgrade(sqlite_url):
    """An upgrade never goes back."""
    engine = open_engine(sqlite_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        assert inspect(connection).has_table("case")
    engine.dispose()
    with pytest.raises(RevisionRefused, match="cannot go back"):
        upgrade(sqlite_url)


@pytest.mark.parametrize("url", ["nonsense", "sqlite://", "mysql://x/y", "sqlite:///:memory:"])
def test_url_of_no_database_is_refused_with_the_remedy(url):
    """A URL that we cannot open says what to write instead."""
    with pytest.raises(DatabaseUrlRefused, match="sqlite:///FILE"):
        open_database(url)

"""`hongdun db` brings a database up to date and says where it stands."""

from tests.commandline.conftest import CommandLine


def test_new_database_has_no_tables_until_it_is_upgraded(hongdun: CommandLine):
    """`db status` fails before the upgrade and not after it."""
    new = CommandLine(hongdun.folder, f"sqlite:///{hongdun.folder / 'new.sqlite'}")
    assert new.answer("db", "status", code=1)["found"] == ""
    assert new.answer("db", "upgrade")["found"] == ""
    status = new.answer("db", "status")
    assert status["found"] == status["needed"]


def test_upgrade_says_what_it_did(hongdun: CommandLine):
    """A person reads which revision there was and which there is, in one sentence."""
    new = CommandLine(hongdun.folder, f"sqlite:///{hongdun.folder / 'new.sqlite'}")
    assert "from none to 0001" in new.type("db", "upgrade").stdout
    assert "revision 0001, up to date" in new.type("db", "upgrade").stdout

"""Over TLS with a password: the right ones are let in, the wrong ones are told why not."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from kafka.admin import ScramMechanism, UserScramCredentialUpsertion

from adapters.broker.client import open_admin
from adapters.broker.connection import Connection, connection_of
from adapters.settings import Settings
from schemas.errors import Unavailable
from tests.commandline.files import one_complaint
from tests.kafka.broker import PrivateKafka
from tests.kafka.certificates import Authority
from tests.kafka.office import open_office, until
from tests.postgres import PrivatePostgres, free_port

pytestmark = pytest.mark.system

USER, PASSWORD = "worker-1", "made-up password"


@dataclass(frozen=True)
class Guarded:
    """A broker with a door for everybody in this test, and one with TLS and passwords."""

    cluster: PrivateKafka
    address: str
    ca_file: Path
    password_file: Path

    def settings(self) -> dict[str, str]:
        """Give the variables of a process that comes through the guarded door."""
        return {
            "HONGDUN_KAFKA_BOOTSTRAP": self.address,
            "HONGDUN_KAFKA_SECURITY": "SASL_SSL",
            "HONGDUN_KAFKA_MECHANISM": "SCRAM-SHA-512",
            "HONGDUN_KAFKA_USER": USER,
            "HONGDUN_KAFKA_PASSWORD_FILE": str(self.password_file),
            "HONGDUN_KAFKA_CA_FILE": str(self.ca_file),
        }


def listeners(address: str, keys: Path) -> dict[str, str]:
    """Give the node's settings for a second, guarded listener."""
    places = f"PLAINTEXT://127.0.0.1:{{port}},SECURE://{address}"
    module = "org.apache.kafka.common.security.scram.ScramLoginModule"
    return {
        "listeners": places + ",CONTROLLER://127.0.0.1:{controller_port}",
        "advertised.listeners": places,
        "listener.security.protocol.map": (
            "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SECURE:SASL_SSL"
        ),
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(keys),
        "sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "listener.name.secure.scram-sha-512.sasl.jaas.config": f"{module} required;",
    }


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """Run a node with a guarded listener and one user."""
    folder = tmp_path_factory.mktemp("guarded")
    authority, address = Authority("test authority"), f"127.0.0.1:{free_port()}"
    keys = authority.server(folder / "broker.pem")
    password_file = folder / "password"
    password_file.write_text(PASSWORD + "\n", encoding="utf-8")
    with PrivateKafka(settings=listeners(address, keys)) as cluster:
        admin = cluster.admin()
        admin.alter_user_scram_credentials(
            [UserScramCredentialUpsertion(USER, ScramMechanism.SCRAM_SHA_512, PASSWORD)]
        )
        admin.close()
        ca_file = authority.trusted(folder / "ca.pem")
        yield Guarded(cluster, address, ca_file, password_file)


@pytest.fixture
def connection(guarded: Guarded) -> Connection:
    """Give the connection through the guarded door."""
    return Connection(
        bootstrap=guarded.address,
        security="SASL_SSL",
        mechanism="SCRAM-SHA-512",
        user=USER,
        password=PASSWORD,
        ca_file=guarded.ca_file,
        open_seconds=5,
    )


def test_worker_comes_in_by_tls_and_password(
    guarded: Guarded, postgres: PrivatePostgres, tmp_path: Path
):
    """Settings alone lead through: topics are made, events taken, messages sent."""
    office = open_office(guarded.cluster, postgres, folder=tmp_path)
    office.settings |= guarded.settings()
    office.start_worker()
    office.send(line.encode() for line in one_complaint())
    until(lambda: office.taken() == 2)
    office.type("tick", "--until", "2026-05-11T11:00:00+08:00")
    office.close()


def test_password_is_read_from_its_file(guarded: Guarded, monkeypatch: pytest.MonkeyPatch):
    """The line's end does not count."""
    for name, value in guarded.settings().items():
        monkeypatch.setenv(name, value)
    assert connection_of(Settings()).password == PASSWORD


def test_wrong_password_is_refused(connection: Connection):
    """The client gives up in time."""
    with pytest.raises(Unavailable):
        open_admin(replace(connection, password="another one"))


def test_unknown_authority_is_refused(connection: Connection, tmp_path: Path):
    """A broker that nobody vouches for gets no password."""
    stranger = Authority("somebody else").trusted(tmp_path / "ca.pem")
    with pytest.raises(Unavailable):
        open_admin(replace(connection, ca_file=stranger))

"""Apache Kafka's own jars and the Java that runs them, kept outside of the work tree.

`python -m tests.kafka.jars` says which ones the tests run, or the remedy; with `fetch` it brings
the jars by Maven.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from platformdirs import user_cache_path

VERSION = "4.1.0"
OLDEST_JAVA = 17
POM = Path(__file__).parent / "pom.xml"
FETCH_TIMEOUT_SECONDS = 900
BROKER_JAR = f"kafka_2.13-{VERSION}.jar"


class KafkaMissing(RuntimeError):
    """Java or Kafka's jars are not here; the message holds the remedy."""


def jars_folder() -> Path:
    """Name the folder of the jars in the user's cache; XDG_CACHE_HOME moves it."""
    return user_cache_path("hongdun", appauthor=False) / f"kafka-{VERSION}"


def find_jars() -> Path:
    """Find the folder of the jars; raise `KafkaMissing` where they were never fetched."""
    folder = jars_folder()
    if not (folder / BROKER_JAR).exists():
        message = f"Apache Kafka {VERSION} is not in {folder}: run `make kafka`."
        raise KafkaMissing(message)
    return folder


def find_java(oldest: int = OLDEST_JAVA) -> Path:
    """Find a Java that is new enough; raise `KafkaMissing` when there is none."""
    java = shutil.which("java")
    said = "" if java is None else _said([java, "-version"])
    version = re.search(r'version "(\d+)', said)
    if java is None or version is None or int(version[1]) < oldest:
        found = f"found {version[0]}" if version else "found none"
        message = f"Java {oldest} or newer is not on PATH ({found}): run `make kafka`."
        raise KafkaMissing(message)
    return Path(java)


def fetch_jars() -> Path:
    """Bring the jars into the cache, whole or not at all."""
    maven = shutil.which("mvn")
    if maven is None:
        message = "Maven is not on PATH: run `make kafka`."
        raise KafkaMissing(message)
    folder = jars_folder()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="fetching-") as part:
        jars = Path(part) / "jars"
        goals = ["dependency:copy-dependencies", "-DincludeScope=runtime"]
        command = [maven, "-q", "-B", "-f", str(POM), *goals, f"-DoutputDirectory={jars}"]
        subprocess.run(command, check=True, timeout=FETCH_TIMEOUT_SECONDS)
        if not folder.exists():
            jars.rename(folder)
    return find_jars()


def _said(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    return done.stdout + done.stderr


def main(words: list[str]) -> int:
    """Say which Kafka the tests run, bringing it if asked; exit with 1 and the remedy if none."""
    try:
        java = find_java()
        is_wanted = words == ["fetch"] and not (jars_folder() / BROKER_JAR).exists()
        jars = fetch_jars() if is_wanted else find_jars()
    except KafkaMissing as missing:
        print(missing, file=sys.stderr)
        return 1
    print(f"Apache Kafka {VERSION} in {jars}, run by {java}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

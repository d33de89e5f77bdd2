"""A checkpoint: the heads of all cases at one time, signed, to be kept where nobody can change it.

Its text has a line a case in id order, `CASE REVISION HASH` in hexadecimal digits, and a last line
in JSON with the SHA-256 of all lines above it; standard tools can check that, too. The last line
alone commits to everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

from engine.documents import from_json, to_json
from engine.ports import Signer, Verifier
from engine.records import Head
from schemas.errors import Rejected

FORM: Final = "hongdun checkpoint 1"


class CheckpointRefused(Rejected):
    """A text that is no checkpoint of ours, or not as it was signed."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The last line: what the lines above it come to, when they were taken, and who signed."""

    form: str
    taken: str
    cases: int
    entries: int
    root: str
    key: str
    signature: str = ""

    def signed_text(self) -> bytes:
        """Give what the signature covers."""
        document = asdict(self)
        del document["signature"]
        return to_json(document).encode()

    def line(self) -> str:
        """Write the last line."""
        return to_json(asdict(self))


def checkpoint_lines(heads: Iterable[Head], *, taken: datetime, signer: Signer) -> Iterator[str]:
    """Write a checkpoint line by line, without line ends."""
    digest, cases, entries = sha256(), 0, 0
    for head in heads:
        line = f"{head.case_id.hex()} {head.revision} {head.hash.hex()}"
        digest.update(f"{line}\n".encode())
        cases, entries = cases + 1, entries + head.revision
        yield line
    instant = taken.astimezone(UTC).isoformat(timespec="seconds")
    key = signer.public_key.hex()
    unsigned = Checkpoint(FORM, instant, cases, entries, digest.hexdigest(), key)
    signature = signer.sign(unsigned.signed_text()).hex()
    yield Checkpoint(**{**asdict(unsigned), "signature": signature}).line()


def read_checkpoint(lines: Iterable[str], verifier: Verifier) -> Checkpoint:
    """Check a whole checkpoint, its signature first of all by the key that is trusted."""
    digest, cases, entries = sha256(), 0, 0
    last: Checkpoint | None = None
    for number, line in enumerate(lines, start=1):
        if last is not None:
            raise _refused(
                f"第 {number} 行在签名之后", f"line {number} stands behind the signature"
            )
        if line.startswith("{"):
            last = _last_line(line)
            continue
        entries += _head(line, number).revision
        digest.update(f"{line}\n".encode())
        cases += 1
    if last is None:
        raise _refused("没有末行签名，文件不完整", "it has no last line: the file is cut off")
    _require_signature(last, verifier)
    if (last.cases, last.entries, last.root) != (cases, entries, digest.hexdigest()):
        raise _refused("内容与签名不符", "its lines are not those that were signed")
    return last


def heads_of(lines: Iterable[str]) -> Iterator[Head]:
    """Read the heads of a checkpoint that was checked."""
    previous = b""
    for number, line in enumerate(lines, start=1):
        if line.startswith("{"):
            return
        head = _head(line, number)
        if head.case_id <= previous:
            raise _refused(f"第 {number} 行次序不对", f"line {number} is out of order")
        previous = head.case_id
        yield head


def _head(line: str, number: int) -> Head:
    try:
        case_id, revision, digest = line.split(" ")
        return Head(bytes.fromhex(case_id), int(revision), bytes.fromhex(digest))
    except ValueError:
        raise _refused(
            f"第 {number} 行应为“个案 版次 散列”", f"line {number} is not CASE REVISION HASH"
        ) from None


def _last_line(line: str) -> Checkpoint:
    try:
        document: dict[str, Any] = from_json(line)
        found = Checkpoint(**document)
    except (TypeError, ValueError):
        raise _refused("末行无法读取", "its last line cannot be read") from None
    if found.form != FORM:
        raise _refused(f"末行不是 {FORM}", f"its last line is not of the form {FORM!r}")
    return found


def _require_signature(last: Checkpoint, verifier: Verifier) -> None:
    trusted = verifier.public_key.hex()
    if last.key != trusted:
        raise _refused(
            f"由密钥 {last.key} 签名，而非 {trusted}",
            f"it was signed by the key {last.key}, not by {trusted}: name its key if you trust it",
        )
    try:
        signature = bytes.fromhex(last.signature)
    except (TypeError, ValueError):
        signature = b""
    if not verifier.accepts(last.signed_text(), signature):
        raise _refused("签名不符，末行被改动", "its signature is wrong: the last line was changed")


def _refused(chinese: str, english: str) -> CheckpointRefused:
    return CheckpointRefused(f"检查点文件无效：{chinese} | this is no checkpoint: {english}")

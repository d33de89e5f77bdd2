"""One suite that every store passes: subclass it and give `store`, `outbox` and `archive`."""

from tests.store.contract_locks import (
    CaseContract,
    FenceContract,
    ReceiptContract,
    ReferenceContract,
)
from tests.store.contract_rows import (
    ArchiveContract,
    AttentionContract,
    BadDataContract,
    DueContract,
    OutboxContract,
    ParkedContract,
)


class StoreContract(
    FenceContract,
    ReferenceContract,
    CaseContract,
    ReceiptContract,
    DueContract,
    ParkedContract,
    ArchiveContract,
    AttentionContract,
    OutboxContract,
    BadDataContract,
):
    """Everything that a store promises to one caller."""

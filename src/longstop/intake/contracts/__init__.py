"""What each source promises to send: one declaration a source, read by the checks and by the documentation alike."""

from longstop.intake.contracts.declaring import Contract, Field, Kind, Need
from longstop.intake.contracts.prisoners import PRISONERS
from longstop.intake.contracts.staff import STAFF

CONTRACTS = {contract.source: contract for contract in (PRISONERS, STAFF)}

__all__ = ["CONTRACTS", "PRISONERS", "STAFF", "Contract", "Field", "Kind", "Need"]

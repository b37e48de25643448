"""Every write there is about statements and breaks."""

from longstop.reconciliation.actions.disposing import StillBroken, dispose_person, propose_disposal
from longstop.reconciliation.actions.reconciling import reconcile
from longstop.reconciliation.actions.settling import BreakIsSettled, NoReason, NothingToTake, settle

__all__ = ["BreakIsSettled", "NoReason", "NothingToTake", "StillBroken", "dispose_person", "propose_disposal", "reconcile", "settle"]

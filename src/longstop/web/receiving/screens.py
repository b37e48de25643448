"""The paths of this group of screens."""

from longstop.access.rules import Permission
from longstop.web.doors import Screen
from longstop.web.receiving import files, guarded, held, opening, records, register, unknown

SEE, OPEN, FILES, MEND = Permission.SEE_RECORDS, Permission.OPEN_CASES, Permission.SEE_FILES, Permission.MEND_RECORDS
BOTH = ("GET", "POST")
SCREENS: list[Screen] = [
    Screen(path="records", name="records", permission=SEE, view=records.listed),
    Screen(path="records/find", name="find-record", permission=SEE, view=records.find, methods=("POST",)),
    Screen(path="records/open", name="open-cases", permission=OPEN, view=opening.choose, methods=("POST",)),
    Screen(path="records/opened", name="opened-cases", permission=OPEN, view=opening.opened),
    Screen(path="records/<int:arrival_id>", name="record", permission=SEE, view=records.shown),
    Screen(path="records/<int:arrival_id>/protection", name="record-protection", permission=SEE, view=guarded.protection, methods=BOTH),
    Screen(path="records/<int:arrival_id>/set-aside", name="set-aside", permission=OPEN, view=records.set_aside, methods=("GET", "POST")),
    Screen(path="records/<int:arrival_id>/take-up", name="take-up", permission=OPEN, view=records.take_up, methods=("GET", "POST")),
    Screen(path="records/receipts", name="receipts", permission=FILES, view=files.receipts),
    Screen(path="records/refused", name="refusals", permission=FILES, view=files.refusals),
    Screen(
        path="records/refused/<int:refusal_id>/close",
        name="close-refusal",
        permission=Permission.MEND_RECORDS,
        view=files.close,
        methods=("GET", "POST"),
    ),
    Screen(path="records/held/<int:receipt_id>", name="held-file", permission=MEND, view=held.decide, methods=BOTH),
    Screen(path="records/codes", name="codes", permission=FILES, view=unknown.codes),
    Screen(path="records/codes/<int:code_id>", name="code", permission=MEND, view=unknown.decide, methods=BOTH),
    Screen(path="records/assets", name="assets", permission=FILES, view=register.assets),
    Screen(path="records/assets/<slug:source>", name="asset", permission=MEND, view=register.edit, methods=BOTH),
]

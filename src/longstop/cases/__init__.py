"""Case, owner, key dates, clocks, notes and outcome: the only room that moves a case.

Not for: what arrived (intake), who the person is (people), or proving the whole caseload (proof).
"""

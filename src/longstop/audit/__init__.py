"""What was done, by whom, when and why: events, readings, payloads, history, seals and disposal.

Append-only. This room knows nothing of cases or people beyond the kind and number of a subject, and it never decides
anything: it records what the rooms above it did, and proves that the record was not altered since.
"""

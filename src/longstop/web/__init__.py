"""The screens, grouped by the job of the person at them. A view loads by queries, checks permission, calls one action, renders."""

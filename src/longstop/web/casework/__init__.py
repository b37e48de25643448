"""The screens of the person who works cases: my work, a case, its tasks and notes, search."""

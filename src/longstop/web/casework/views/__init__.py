"""The views of casework, by what a person does there: look through work, look at a case, do a task, write, change, search."""

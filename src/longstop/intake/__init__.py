"""What arrived, when, in which file, and what was refused. Not for: what it means for a person or a case (people, cases)."""

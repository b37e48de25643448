"""The screens of managers and inspectors over the record: broken glass, who looked, seals."""

"""The screens of the certificate."""

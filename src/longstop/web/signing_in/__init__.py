"""Signing in and out, staying signed in, and the pages that everybody has."""

"""Settings, URLs and the WSGI entry: wires the house together. Nothing imports it; it decides nothing about a case."""

"""Adapters of signing's ports; only the wiring names them."""

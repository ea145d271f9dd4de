"""Specimen scans that are shipped with the product, and beside them the generator that made them."""

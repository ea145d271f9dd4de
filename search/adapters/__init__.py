"""adapters: where the index lives. Imported by the wiring alone."""

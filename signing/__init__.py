"""signing: finished PDFs come in, incremental updates with PAdES signatures and their verdicts go out. Never rewrites a byte."""

"""indicators: sealed ledger batches come in, figures per unit and day go out, and the board of the head of office. Never changes a document."""

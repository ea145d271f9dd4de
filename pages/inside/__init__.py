"""inside: what runs in helper processes and nowhere else. Paths and plain numbers come in, JSON-able facts go out."""

"""search: entries of documents come in, found documents go out, best first. Never the only place where anything is kept."""

"""pages: foreign bytes come in; their kind, facts and page images go out. The one place with decoders and their helper processes. Never changes a byte it was given."""

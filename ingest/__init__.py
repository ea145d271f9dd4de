"""ingest: files arrive; they are received once, inspected, and separated into documents. Never reads what they say."""

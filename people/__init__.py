"""people: accounts and units: who someone is and where they belong. Never decides what a document says."""

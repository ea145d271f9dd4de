"""compose: captures and their transcripts come in, a two-layer PDF/A with empty signature fields goes out. Never re-encodes a captured JPEG, never signs."""

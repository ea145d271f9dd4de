"""ocr: page images come in; transcripts, a document type and fields with provenance go out. Never changes the capture."""

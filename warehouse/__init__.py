"""warehouse: documents, their bytes, data, history and validity. The one writer of a document's state. Never decides what comes next: the pipeline does."""

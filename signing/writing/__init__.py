"""The inside of the PAdES signer: what is appended to a PDF, byte by byte."""

"""kernel: the few words every package shares (digests, errors, clock, transcripts, the doorbell). No Django, no third-party code."""

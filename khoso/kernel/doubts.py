"""The one word of doubt that asks for an eye and stops nothing."""

WORTH_A_LOOK = "worth_a_look"
"""A value that is likely right, but not surely enough to be taken without anybody's look: marked wherever it is shown."""

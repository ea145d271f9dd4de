"""verification: the bytes of any PDF come in, what is known of each signature in it goes out. Runs in helper processes only, never goes on line."""

"""language: words of a line come in; how likely Vietnamese office prose would say them goes out. Knows no reader."""

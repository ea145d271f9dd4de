"""The forms: one module per group of papers, each with its layouts as data and a function that draws the facts."""

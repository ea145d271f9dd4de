"""samples.generator: a seed comes in, invented Vietnamese counter papers that look scanned and their exact truth go out.

Never part of the product: it lives beside it, so that tests, benches and a first demonstration have papers without
one real person on them.
"""

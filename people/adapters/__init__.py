"""Ways to learn from elsewhere who somebody is."""

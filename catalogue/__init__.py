"""catalogue: the country's code tables with their validity dates come in as data; questions «what held on that day» are answered. Never computes law."""

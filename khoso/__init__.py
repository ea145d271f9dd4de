"""khoso: the project package: order of the journey, wiring of adapters, command line, settings. Everything else is below it."""

__version__ = "0.1.0"

"""scanner_agents: sheets dropped into a folder on the counter PC come in, receipts of the Kho come out. Never forgets a sheet before the server's receipt echoes its digest; uses none of the server's code."""

__version__ = "0.1.0"

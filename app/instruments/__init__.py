"""What one process counts and traces of its own work, for those who watch over it.

Nothing of anybody stands in a figure or a trace: no address, no name, no subject, no path
with something in it.
"""

from app.instruments.watching import Instruments, open_instruments

__all__ = ["Instruments", "open_instruments"]

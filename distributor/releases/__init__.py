"""Documents for the press: import -> versions -> seal."""

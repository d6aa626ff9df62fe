"""Words: their symbols, reading and cleaning, order, and which of them there are."""

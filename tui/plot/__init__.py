"""Charts as plain values: where everything goes, before plotext draws it."""

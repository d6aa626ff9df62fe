"""Names drawn from a model: one by one, letter by letter, by the million, and in theory."""

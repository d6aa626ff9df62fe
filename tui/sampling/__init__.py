"""Names drawn from the models, and words taken apart."""

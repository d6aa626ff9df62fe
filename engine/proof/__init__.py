"""What is known of the models, worked out again: figures, identities, timings."""

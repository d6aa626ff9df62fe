"""Training: one run and its history, runs beside each other, their checkpoints, the pace."""

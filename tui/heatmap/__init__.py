"""The heatmap: what is in view, what each cell looks like, and the strips around it."""

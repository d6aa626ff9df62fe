"""The lecture's exercises, worked on any words: what each recipe gives, and which gave a number."""

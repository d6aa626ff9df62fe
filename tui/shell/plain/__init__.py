"""The session without a screen: commands as lines, what they say as lines, one engine."""

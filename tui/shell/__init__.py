"""The engine without a screen: the commands of the shell and what they print."""

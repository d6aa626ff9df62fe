"""What the program stands on: the terminal, what is installed, folders, words; each with a verdict.

Nothing private is in it: it is made to be pasted where help is asked for.
"""

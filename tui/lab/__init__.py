"""The lab on the screen: the chapter that is open, its text, code and dials."""

"""The screens: the laboratory itself, help, and one for where there is no room."""

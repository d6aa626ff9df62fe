"""The screens: the laboratory itself, help, saved runs, and one for where there is no room."""

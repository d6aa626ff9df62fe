"""The training pane's figures and fields."""

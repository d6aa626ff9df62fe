"""What is on the screen as files: figures for print, tables, arrays, names, the screen itself."""

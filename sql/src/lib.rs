//! Views, the SQL dialect, the shell and the stoa command.

"""What a process of a conversion may take of time and memory, and what it needs to be started."""
